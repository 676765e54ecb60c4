import {
  Disposable,
  EventEmitter,
  languages,
  workspace,
  type DocumentSelector,
  type TextDocument,
} from "vscode";
import {
  CONFIGURATION_GLOBS,
  CONFIGURATION_LANGUAGES,
  looksLikeConfiguration,
} from "./looks-like-configuration.ts";
import type { Reading } from "./reading.ts";
import type { ToolsServer } from "./tools-server.ts";

/** Documents that may be configurations, by name or language; their text decides. */
export const CONFIGURATIONS: DocumentSelector = [
  ...CONFIGURATION_GLOBS.map((pattern) => ({ scheme: "file", pattern })),
  ...CONFIGURATION_LANGUAGES.map((language) => ({ language })),
  { scheme: "untitled", language: "plaintext" },
];

/** Pause in typing after which a document is read again. */
const QUIET_MS = 250;

interface Known {
  readonly version: number;
  readonly reading: Promise<Reading | undefined>;
}

/** A document that was read anew; undefined when it is no configuration. */
export interface ReadDocument {
  readonly document: TextDocument;
  readonly reading: Reading | undefined;
}

/** The open configurations of nginx and HAProxy, read by the simulator's own readers. */
export class Configurations implements Disposable {
  readonly #tools: ToolsServer;
  readonly #failed: (message: string) => void;
  readonly #known = new Map<string, Known>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #read = new EventEmitter<ReadDocument>();
  readonly #registration: Disposable;

  /** An open document was read, since it was opened or changed. */
  readonly onDidRead = this.#read.event;

  /** @param failed takes the sentence of a reader that failed */
  constructor(tools: ToolsServer, failed: (message: string) => void) {
    this.#tools = tools;
    this.#failed = failed;
    const again = (document: TextDocument) => this.#readSoon(document);
    this.#registration = Disposable.from(
      workspace.onDidOpenTextDocument(again),
      workspace.onDidChangeTextDocument(({ document }) => again(document)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      workspace.onDidGrantWorkspaceTrust(() => workspace.textDocuments.forEach(again)),
    );
    workspace.textDocuments.forEach(again);
  }

  /** What a document is; undefined when it is no configuration. Rejects never. */
  read(document: TextDocument): Promise<Reading | undefined> {
    const key = document.uri.toString();
    const { version } = document;
    const known = this.#known.get(key);
    if (known?.version === version) return known.reading;
    const reading = this.#ask(document);
    this.#known.set(key, { version, reading });
    return reading;
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#registration.dispose();
    this.#read.dispose();
  }

  async #ask(document: TextDocument): Promise<Reading | undefined> {
    const text = document.getText();
    const path = document.uri.fsPath;
    const asks =
      workspace.isTrusted &&
      languages.match(CONFIGURATIONS, document) > 0 &&
      looksLikeConfiguration(path, text);
    if (!asks) return undefined;
    try {
      return (await this.#tools.request("readConfiguration", { path, text })) ?? undefined;
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #readSoon(document: TextDocument): void {
    if (languages.match(CONFIGURATIONS, document) === 0) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    const read = async () => {
      this.#timers.delete(key);
      const { version } = document;
      const reading = await this.read(document);
      if (document.version === version && !document.isClosed)
        this.#read.fire({ document, reading });
    };
    this.#timers.set(
      key,
      setTimeout(() => void read(), QUIET_MS),
    );
  }

  #forget({ uri }: TextDocument): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#known.delete(key);
  }
}
