import type { Disposable } from "vscode";
import {
  EventEmitter,
  Uri,
  window,
  workspace,
  type LogOutputChannel,
  type TextDocumentContentProvider,
} from "vscode";
import type { LogLine } from "../cluster/fact-lines.ts";
import { LOG_SCHEME } from "../contributions.ts";

const NAME = "Fuseboard";
/** Lines that are kept for the document. */
const KEPT_LINES = 5000;
const REFRESH_MS = 500;

/**
 * The log: an output channel. A VS Code whose native logger is missing writes no output channel;
 * there the newest lines are shown as a document.
 */
export class Log implements TextDocumentContentProvider, Disposable {
  readonly #channel: LogOutputChannel;
  readonly #file: Uri;
  readonly #document = Uri.from({ scheme: LOG_SCHEME, path: `/${NAME}.log` });
  readonly #change = new EventEmitter<Uri>();
  readonly #registration: Disposable;
  readonly #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChange = this.#change.event;

  /** @param folder where VS Code writes this extension's channels */
  constructor(folder: Uri) {
    this.#channel = window.createOutputChannel(NAME, { log: true });
    this.#file = Uri.joinPath(folder, `${NAME}.log`);
    this.#registration = workspace.registerTextDocumentContentProvider(LOG_SCHEME, this);
  }

  write({ level, text }: LogLine): void {
    this.#channel[level](text);
    this.#lines.push(`${new Date().toISOString()} [${level}] ${text}`);
    if (this.#lines.length > 2 * KEPT_LINES) this.#lines.splice(0, KEPT_LINES);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#change.fire(this.#document);
    }, REFRESH_MS);
  }

  /** Shows it without taking the focus. */
  async show(): Promise<void> {
    if (this.#lines.length === 0 || (await this.#written())) {
      this.#channel.show(true);
      return;
    }
    const document = await workspace.openTextDocument(this.#document);
    await window.showTextDocument(document, { preserveFocus: true, preview: false });
  }

  provideTextDocumentContent(): string {
    return this.#lines.slice(-KEPT_LINES).join("\n");
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    this.#change.dispose();
    this.#channel.dispose();
  }

  async #written(): Promise<boolean> {
    try {
      return (await workspace.fs.stat(this.#file)).size > 0;
    } catch {
      // Nobody writes it.
      return false;
    }
  }
}
