import type { Writable } from "node:stream";
import { codeOf, FuseboardError, messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";

/** How long lines are gathered before they are written together. */
const GATHER_MS = 10;

/** How many lines are held at most. */
const MOST_LINES = 1000;

/** How a stream fails whose reader has gone, which is the reader's right: EOF is Windows' word. */
const READER_GONE = new Set(["EPIPE", "EOF", "ERR_STREAM_DESTROYED"]);

/** Writes lines, such as JSON objects; what it holds is written when the scope ends. */
export class LineWriter {
  /** Resolves when nobody reads any more, or nothing can be written. */
  readonly gone: Promise<"gone">;
  readonly #stream: Writable;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;
  #drained: Promise<void> | undefined;

  constructor(stream: Writable, scope: Scope) {
    this.#stream = stream;
    this.gone = new Promise((resolve) => {
      stream.on("error", (error: Error) => {
        this.#failure ??= error;
        resolve("gone");
      });
    });
    scope.add(() => {
      this.#flush();
    });
  }

  /** How many bytes wait in memory, since their reader is behind. */
  get waitingBytes(): number {
    return this.#failure ? 0 : this.#stream.writableLength;
  }

  /** Resolves when more can be taken: at once, unless the reader is far behind. */
  write(value: object): Promise<void> | undefined {
    return this.writeLine(JSON.stringify(value));
  }

  /** As `write`, with a line as it is. */
  writeLine(line: string): Promise<void> | undefined {
    this.#lines.push(line);
    if (this.#lines.length >= MOST_LINES) this.#flush();
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
    return this.#stream.writableNeedDrain && !this.#failure ? this.#drain() : undefined;
  }

  /**
   * Writes what it holds. Rejects with a FuseboardError when anything could not be written, unless
   * the reader has gone.
   */
  async end(): Promise<void> {
    this.#flush();
    // Errors come after the call that caused them, and before this one's answer.
    if (!this.#failure) await new Promise((resolve) => this.#stream.write("", resolve));
    const error = this.#failure;
    if (!error || READER_GONE.has(codeOf(error) ?? "")) return;
    const message = `Standard output cannot be written: ${messageOf(error)}.`;
    throw new FuseboardError("output", message, { cause: error });
  }

  /** One wait for all who wait. */
  #drain(): Promise<void> {
    this.#drained ??= Promise.race([
      new Promise<void>((resolve) => this.#stream.once("drain", resolve)),
      this.gone.then(() => undefined),
    ]).finally(() => {
      this.#drained = undefined;
    });
    return this.#drained;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0 || this.#failure) return;
    this.#stream.write(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
