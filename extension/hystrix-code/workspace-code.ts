import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import { Disposable, EventEmitter, workspace, type TextDocument } from "vscode";
import { samePath } from "../functions/function-ref.ts";
import type { GoValue } from "./go-value.ts";
import { NO_CODE, type HystrixCode } from "./hystrix-code.ts";
import type { HystrixReader, PackageConstants } from "./hystrix-reader.ts";

/** One Go file, and what it has of hystrix-go. */
export interface FileCode {
  /** Absolute path. */
  readonly file: string;
  readonly code: HystrixCode;
}

/** Files that are read when the whole workspace is searched; beyond that one has to open them. */
const MOST_FILES = 2000;
/** Files of one package whose constants are read. */
const MOST_SIBLINGS = 100;
/** Larger files are generated. */
const LONGEST = 1024 * 1024;
const NOT_SOURCES = "**/{node_modules,vendor,.git}/**";

interface Known {
  readonly version: number;
  readonly code: Promise<HystrixCode>;
}

/** What the Go code of open documents and of the workspace has of hystrix-go. Runs none of it. */
export class WorkspaceCode implements Disposable {
  readonly #reader: HystrixReader;
  readonly #documents = new Map<string, Known>();
  readonly #packages = new Map<string, Promise<PackageConstants>>();
  readonly #change = new EventEmitter<void>();
  readonly #registration: Disposable;

  /** Files changed that other documents take constants from. */
  readonly onDidChange = this.#change.event;

  constructor(reader: HystrixReader) {
    this.#reader = reader;
    const watcher = workspace.createFileSystemWatcher("**/*.go");
    const forget = () => {
      if (this.#packages.size === 0) return;
      this.#packages.clear();
      this.#documents.clear();
      this.#change.fire();
    };
    this.#registration = Disposable.from(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
      workspace.onDidCloseTextDocument(({ uri }) => this.#documents.delete(uri.toString())),
    );
  }

  /** What an open document has; read once a version. */
  inDocument(document: TextDocument): Promise<HystrixCode> {
    if (!isGo(document.uri.fsPath)) return Promise.resolve(NO_CODE);
    const key = document.uri.toString();
    const known = this.#documents.get(key);
    if (known?.version === document.version) return known.code;
    const { fsPath, scheme } = document.uri;
    const others = scheme === "file" ? () => this.#constantsAround(fsPath) : undefined;
    const code = this.#reader.read(document.getText(), others);
    this.#documents.set(key, { version: document.version, code });
    return code;
  }

  /** The files of the workspace that have anything, by path. */
  async inWorkspace(): Promise<FileCode[]> {
    const uris = await workspace.findFiles("**/*.go", NOT_SOURCES, MOST_FILES);
    const found: FileCode[] = [];
    // One after the other: the parser is one, and so the texts are not all in memory.
    for (const { fsPath: file } of uris) {
      const code = await this.inFile(file);
      const count = code.configurations.length + code.uses.length + code.findings.length;
      if (count > 0) found.push({ file, code });
    }
    return found.sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  /** What a file has, open or not; nothing when it cannot be read. */
  async inFile(file: string): Promise<HystrixCode> {
    const open = workspace.textDocuments.find(({ uri }) => samePath(uri.fsPath, file));
    if (open) return this.inDocument(open);
    return this.#reader.read(await textOf(file), () => this.#constantsAround(file));
  }

  dispose(): void {
    this.#registration.dispose();
    this.#change.dispose();
  }

  /** The constants of the other files in the folder of a file: its package. */
  #constantsAround(file: string): Promise<PackageConstants> {
    const folder = dirname(file);
    let known = this.#packages.get(folder);
    if (!known) this.#packages.set(folder, (known = this.#readPackage(folder)));
    return known;
  }

  async #readPackage(folder: string): Promise<PackageConstants> {
    // A folder that cannot be listed has no other files for us.
    const names = await readdir(folder).catch(() => []);
    const all = new Map<string, GoValue>();
    for (const name of names.filter(isGo).slice(0, MOST_SIBLINGS)) {
      const constants = await this.#reader.constantsOf(await textOf(join(folder, name)));
      for (const [constant, value] of constants) all.set(constant, value);
    }
    return all;
  }
}

function isGo(file: string): boolean {
  return extname(file).toLowerCase() === ".go";
}

/** Its text; nothing when it is gone, not for us to read, or too large. */
async function textOf(file: string): Promise<string> {
  try {
    return (await stat(file)).size > LONGEST ? "" : await readFile(file, "utf8");
  } catch {
    // Deleted since it was listed, or not for us to read: it has nothing to offer.
    return "";
  }
}
