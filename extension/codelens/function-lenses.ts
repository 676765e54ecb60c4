import { CodeLens, Disposable, Range, Uri, workspace, type TextDocument } from "vscode";
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
import { LiveLenses } from "./live-lenses.ts";

/** Pause between two looks at whether a text changed. */
const REFRESH_MS = 500;

const SELECTOR = ["typescript", "typescriptreact", "javascript", "javascriptreact"].map(
  (language) => ({ language, scheme: "file" }),
);

interface Row {
  readonly found: FoundFunction;
  readonly titles: readonly LensTitle[];
}

/** Invoke, Run and state above the functions of the cluster. */
export class FunctionLenses extends LiveLenses<Row> {
  readonly #files: ClusterFiles;
  readonly #cluster: CurrentCluster;
  readonly #functions: WorkspaceFunctions;
  readonly #listeners: Disposable;

  constructor(files: ClusterFiles, cluster: CurrentCluster, functions: WorkspaceFunctions) {
    super(SELECTOR, cluster, REFRESH_MS);
    this.#files = files;
    this.#cluster = cluster;
    this.#functions = functions;
    this.#listeners = Disposable.from(
      files.onDidChange(() => this.change.fire()),
      workspace.onDidCloseTextDocument(({ uri }) => {
        functions.forget(uri);
      }),
    );
  }

  override dispose(): void {
    this.#listeners.dispose();
    super.dispose();
  }

  protected override lensesOf({ found, titles }: Row, document: TextDocument): CodeLens[] {
    const range = new Range(found.line, found.column, found.line, found.column);
    const target: FunctionTarget = { file: document.uri.fsPath, export: found.export };
    return titles.map(
      ({ title, tooltip, command }) =>
        new CodeLens(range, { title, tooltip, command: COMMANDS[command], arguments: [target] }),
    );
  }

  protected override async rows(document: TextDocument): Promise<Row[]> {
    if (!workspace.isTrusted || !grammarOf(document.uri.fsPath)) return [];
    await this.#files.load();
    const settings = workspace.getConfiguration(SETTINGS_PREFIX, document);
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
}
