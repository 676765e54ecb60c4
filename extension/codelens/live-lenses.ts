import {
  CodeLens,
  Disposable,
  EventEmitter,
  languages,
  window,
  workspace,
  type CodeLensProvider,
  type DocumentSelector,
  type TextDocument,
} from "vscode";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { SETTINGS, SETTINGS_PREFIX } from "../contributions.ts";

/**
 * Lenses whose texts follow the cluster. `Row` is all that they show of one line, as JSON can say
 * it: only when that has changed is VS Code asked to look again.
 */
export abstract class LiveLenses<Row> implements CodeLensProvider, Disposable {
  /** Tells VS Code to ask again; fire it when what the rows are made of has changed for good. */
  protected readonly change = new EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.change.event;
  readonly #refreshMs: number;
  readonly #registration: Disposable;
  #timer: NodeJS.Timeout | undefined;
  /** The texts as they were asked for last, by document; none while an announced change has not
   * been asked for. VS Code waits for quiet after each announcement, as long as the last answer
   * took, so that one who announces too often is never asked. */
  readonly #shown = new Map<string, string>();

  /** @param refreshMs the pause between two looks at whether a text changed */
  constructor(selector: DocumentSelector, cluster: CurrentCluster, refreshMs: number) {
    this.#refreshMs = refreshMs;
    this.#registration = Disposable.from(
      languages.registerCodeLensProvider(selector, this),
      cluster.onDidChangePhase(() => this.change.fire()),
      cluster.onDidChange(() => this.#refreshSoon()),
      workspace.onDidGrantWorkspaceTrust(() => this.change.fire()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_PREFIX)) this.change.fire();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())),
    );
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const rows = await this.#rowsOf(document);
    this.#shown.set(document.uri.toString(), JSON.stringify(rows));
    return rows.flatMap((row) =>
      this.lensesOf(row, document).map(({ range, command }) =>
        command
          ? new CodeLens(range, { ...command, title: withGap(command.title) })
          : new CodeLens(range),
      ),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    this.change.dispose();
  }

  /** What there is to show in a document. */
  protected abstract rows(document: TextDocument): Promise<Row[]>;

  /** The lenses of a row. */
  protected abstract lensesOf(row: Row, document: TextDocument): CodeLens[];

  async #rowsOf(document: TextDocument): Promise<Row[]> {
    const settings = workspace.getConfiguration(SETTINGS_PREFIX, document);
    return settings.get<boolean>(SETTINGS.codeLensEnabled, true) ? this.rows(document) : [];
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#refreshIfChanged();
    }, this.#refreshMs);
  }

  async #refreshIfChanged(): Promise<void> {
    for (const { document } of window.visibleTextEditors) {
      const shown = this.#shown.get(document.uri.toString());
      if (shown === undefined) continue;
      if (JSON.stringify(await this.#rowsOf(document)) !== shown) {
        this.#shown.clear();
        this.change.fire();
        return;
      }
    }
  }
}

/** VS Code lays lenses out as flex boxes: a plain space between icon and text would be lost. */
function withGap(title: string): string {
  return title.replace(/(\$\([^)]+\)) /g, "$1\u00a0");
}
