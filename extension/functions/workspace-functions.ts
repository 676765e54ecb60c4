import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { workspace, type TextDocument, type Uri } from "vscode";
import type { FoundFunction, FunctionFinder } from "./function-finder.ts";
import { functionRef } from "./function-ref.ts";
import { FUNCTION_FILES, grammarOf } from "./grammar.ts";

/** A function of the workspace and the file that exports it. */
export interface WorkspaceFunction {
  readonly file: string;
  readonly found: FoundFunction;
}

/** Files that are read when the whole workspace is searched; beyond that one has to open them. */
const MOST_FILES = 2000;
const NOT_SOURCES = "**/{node_modules,dist,out,build,.git}/**";

/** The functions of open documents and of the whole workspace. */
export class WorkspaceFunctions {
  readonly #finder: FunctionFinder;
  readonly #cache = new Map<string, { version: number; found: Promise<FoundFunction[]> }>();

  constructor(finder: FunctionFinder) {
    this.#finder = finder;
  }

  /** The functions that an open document exports; parsed once a version. */
  inDocument(document: TextDocument): Promise<FoundFunction[]> {
    const grammar = grammarOf(document.uri.fsPath);
    if (document.uri.scheme !== "file" || !grammar) return Promise.resolve([]);
    const key = document.uri.toString();
    const cached = this.#cache.get(key);
    if (cached?.version === document.version) return cached.found;
    const found = this.#finder.find(document.getText(), grammar);
    this.#cache.set(key, { version: document.version, found });
    return found;
  }

  /** Forgets a document that was closed. */
  forget(uri: Uri): void {
    this.#cache.delete(uri.toString());
  }

  /** All functions with a function's signature, by file. */
  async inWorkspace(): Promise<WorkspaceFunction[]> {
    const uris = await workspace.findFiles(FUNCTION_FILES, NOT_SOURCES, MOST_FILES);
    const lists = await Promise.all(
      uris.map(async ({ fsPath: file }) => {
        const found = await this.inFile(file);
        return found.filter(({ fitting }) => fitting).map((each) => ({ file, found: each }));
      }),
    );
    return lists.flat().sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  }

  /** What a cluster file could call the functions of the workspace that it can reach. */
  async refsFor(clusterFile: string): Promise<string[]> {
    const root = dirname(clusterFile);
    const refs = (await this.inWorkspace()).map(({ file, found }) =>
      functionRef(root, file, found.export),
    );
    return refs.filter((ref) => !ref.startsWith("../"));
  }

  /** The functions that a file exports, open or not; none when it cannot be read. */
  async inFile(file: string): Promise<FoundFunction[]> {
    const open = workspace.textDocuments.find(({ uri }) => uri.fsPath === file);
    if (open) return this.inDocument(open);
    const grammar = grammarOf(file);
    if (!grammar) return [];
    // Deleted since it was listed, or not for us to read: it has no functions to offer.
    const text = await readFile(file, "utf8").catch(() => "");
    return this.#finder.find(text, grammar);
  }
}
