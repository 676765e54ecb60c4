import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, sep } from "node:path";
import type { Uri } from "vscode";
import { Disposable, EventEmitter, workspace } from "vscode";
import { parseClusterFile, type ClusterFileError } from "../../simulator/protocol/cluster-file.ts";
import type { ClusterSpec } from "../../simulator/protocol/spec.ts";
import { CLUSTER_FILE_NAME } from "../contributions.ts";
import { resolveFunctionRef, samePath } from "../functions/function-ref.ts";

/** One `fuseboard.yaml` of the workspace. */
export interface ClusterFile {
  /** Absolute path. */
  readonly file: string;
  /** Its folder. */
  readonly root: string;
  /** Name of the cluster: its folder's. */
  readonly name: string;
  /** As it was when it last had no error; undefined when it never was. */
  readonly spec: ClusterSpec | undefined;
  readonly errors: readonly ClusterFileError[];
}

const GLOB = `**/${CLUSTER_FILE_NAME}`;

/** The cluster files of the workspace, as they are on disk, kept up to date. */
export class ClusterFiles implements Disposable {
  readonly #files = new Map<string, ClusterFile>();
  readonly #change = new EventEmitter<ClusterFile | undefined>();
  readonly #watcher: Disposable;
  #loading: Promise<void> | undefined;

  /** A file came, changed (then it is named) or went. */
  readonly onDidChange = this.#change.event;

  constructor() {
    const watcher = workspace.createFileSystemWatcher(GLOB);
    const read = (uri: Uri) => void this.#read(uri.fsPath);
    this.#watcher = Disposable.from(
      watcher,
      watcher.onDidCreate(read),
      watcher.onDidChange(read),
      watcher.onDidDelete((uri) => {
        if (this.#files.delete(uri.fsPath)) this.#change.fire(undefined);
      }),
      // A watcher may be late or off; what the user saves here is known at once.
      workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.scheme === "file" && basename(uri.fsPath) === CLUSTER_FILE_NAME) read(uri);
      }),
      workspace.onDidChangeWorkspaceFolders(() => void this.#loadAll()),
    );
  }

  /** All of them, by path. */
  get all(): readonly ClusterFile[] {
    return [...this.#files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** Settles when the workspace has been searched once. */
  load(): Promise<void> {
    return (this.#loading ??= this.#loadAll());
  }

  /** Reads one file anew, such as after writing it. */
  async refresh(file: string): Promise<void> {
    await this.#read(file);
  }

  /** The cluster file and the service that run a function; undefined when none does. */
  serviceOf(
    file: string,
    exported: string,
  ): { clusterFile: ClusterFile; service: string } | undefined {
    for (const clusterFile of this.all) {
      for (const [service, { function: ref }] of Object.entries(clusterFile.spec?.services ?? {})) {
        if (ref === undefined) continue;
        const target = resolveFunctionRef(clusterFile.root, ref);
        if (target.export === exported && samePath(target.file, file))
          return { clusterFile, service };
      }
    }
    return undefined;
  }

  /** The cluster file that a function of `file` belongs to: the nearest one above it. */
  nearest(file: string): ClusterFile | undefined {
    const above = this.all.filter(({ root }) => {
      const path = relative(root, file);
      // Absolute: on another drive of Windows.
      if (isAbsolute(path)) return false;
      return path !== "" && !path.startsWith(`..${sep}`) && path !== "..";
    });
    return above.sort((a, b) => b.root.length - a.root.length)[0];
  }

  dispose(): void {
    this.#watcher.dispose();
    this.#change.dispose();
  }

  async #loadAll(): Promise<void> {
    const found = await workspace.findFiles(GLOB, "**/node_modules/**");
    const paths = new Set(found.map((uri) => uri.fsPath));
    for (const file of this.#files.keys()) if (!paths.has(file)) this.#files.delete(file);
    await Promise.all([...paths].map((file) => this.#read(file)));
    this.#change.fire(undefined);
  }

  async #read(file: string): Promise<void> {
    if (/[\\/]node_modules[\\/]/.test(file)) return;
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch {
      // It went away meanwhile: as if it had been deleted.
      if (this.#files.delete(file)) this.#change.fire(undefined);
      return;
    }
    const parsed = parseClusterFile(text);
    const root = dirname(file);
    const read: ClusterFile = {
      file,
      root,
      name: basename(root),
      spec: parsed.ok ? parsed.spec : this.#files.get(file)?.spec,
      errors: parsed.ok ? [] : parsed.errors,
    };
    this.#files.set(file, read);
    this.#change.fire(read);
  }
}
