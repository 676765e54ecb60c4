import {
  CodeLens,
  Disposable,
  EventEmitter,
  languages,
  Range,
  Uri,
  window,
  workspace,
  type CodeLensProvider,
  type TextDocument,
} from "vscode";
import type { ClusterFiles } from "../cluster-file/cluster-files.ts";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { summarizeService } from "../cluster/summary.ts";
import { COMMANDS, SETTINGS, SETTINGS_PREFIX } from "../contributions.ts";
import type { FoundFunction } from "../functions/function-finder.ts";
import { grammarOf } from "../functions/grammar.ts";
import type { WorkspaceFunctions } from "../functions/workspace-functions.ts";
import type { FunctionTarget } from "../functions/function-target.ts";
import { runningServiceOf } from "../functions/function-target.ts";
import { lensTitles, type LensTitle } from "./lens-text.ts";

/** Pause between two looks at whether a text changed. */
const REFRESH_MS = 500;

const SELECTOR = ["typescript", "typescriptreact", "javascript", "javascriptreact"].map(
  (language) => ({ language, scheme: "file" }),
);

/** Invoke, Run and state above the functions of the cluster. */
export class FunctionLenses implements CodeLensProvider, Disposable {
  readonly #files: ClusterFiles;
  readonly #cluster: CurrentCluster;
  readonly #functions: WorkspaceFunctions;
  readonly #change = new EventEmitter<void>();
  readonly #registration: Disposable;
  #timer: NodeJS.Timeout | undefined;
  /** The texts as they were asked for last, by document; none while an announced change has not
   * been asked for. VS Code waits for quiet after each announcement, as long as the last answer
   * took, so that one who announces too often is never asked. */
  readonly #shown = new Map<string, string>();

  readonly onDidChangeCodeLenses = this.#change.event;

  constructor(files: ClusterFiles, cluster: CurrentCluster, functions: WorkspaceFunctions) {
    this.#files = files;
    this.#cluster = cluster;
    this.#functions = functions;
    this.#registration = Disposable.from(
      languages.registerCodeLensProvider(SELECTOR, this),
      files.onDidChange(() => this.#change.fire()),
      cluster.onDidChangePhase(() => this.#change.fire()),
      cluster.onDidChange(() => this.#refreshSoon()),
      workspace.onDidGrantWorkspaceTrust(() => this.#change.fire()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_PREFIX)) this.#change.fire();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.#shown.delete(uri.toString());
        functions.forget(uri);
      }),
    );
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const rows = await this.#rows(document);
    this.#shown.set(document.uri.toString(), JSON.stringify(rows));
    return rows.flatMap(({ found, titles }) => {
      const range = new Range(found.line, found.column, found.line, found.column);
      const target: FunctionTarget = { file: document.uri.fsPath, export: found.export };
      return titles.map(
        ({ title, tooltip, command }) =>
          new CodeLens(range, {
            title,
            tooltip,
            command: COMMANDS[command],
            arguments: [target],
          }),
      );
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    this.#change.dispose();
  }

  async #rows(
    document: TextDocument,
  ): Promise<{ found: FoundFunction; titles: readonly LensTitle[] }[]> {
    if (!workspace.isTrusted || !grammarOf(document.uri.fsPath)) return [];
    const settings = workspace.getConfiguration(SETTINGS_PREFIX, document);
    if (!settings.get<boolean>(SETTINGS.codeLensEnabled, true)) return [];
    await this.#files.load();
    const instances = settings.get<number>(SETTINGS.defaultInstances, 3);
    const inUse = this.#usesFuseboard(document);
    const functions = await this.#functions.inDocument(document);
    return functions.flatMap((found) => {
      const titles = this.#titles(document.uri.fsPath, found, instances, inUse);
      return titles.length > 0 ? [{ found, titles }] : [];
    });
  }

  #titles(file: string, found: FoundFunction, instances: number, inUse: boolean): LensTitle[] {
    const target = { file, export: found.export };
    const { snapshot, phase } = this.#cluster;
    const running = runningServiceOf(snapshot, target);
    const listed = this.#files.serviceOf(file, found.export);
    if (!running && !listed && !(found.fitting && inUse)) return [];
    const spec = listed?.clusterFile.spec?.services[listed.service];
    return lensTitles({
      listed: listed !== undefined,
      instances: spec?.instances ?? instances,
      phase,
      running: snapshot && running !== undefined ? summarizeService(snapshot, running) : undefined,
    });
  }

  /** Whether the document's workspace folder has a cluster file, or one of its functions runs. */
  #usesFuseboard(document: TextDocument): boolean {
    const folder = workspace.getWorkspaceFolder(document.uri);
    return this.#files.all.some(
      ({ file }) => folder && workspace.getWorkspaceFolder(Uri.file(file))?.index === folder.index,
    );
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#refreshIfChanged();
    }, REFRESH_MS);
  }

  async #refreshIfChanged(): Promise<void> {
    for (const { document } of window.visibleTextEditors) {
      const shown = this.#shown.get(document.uri.toString());
      if (shown === undefined) continue;
      if (JSON.stringify(await this.#rows(document)) !== shown) {
        this.#shown.clear();
        this.#change.fire();
        return;
      }
    }
  }
}
