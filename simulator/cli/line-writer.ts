import type { Writable } from "node:stream";
import type { Scope } from "../kernel/scope.ts";

/** How long lines are gathered before they are written together. */
const GATHER_MS = 10;

/** How many lines are held at most. */
const MOST_LINES = 1000;

/** Writes lines, such as JSON objects; what it holds is written when the scope ends. */
export class LineWriter {
  /** Resolves when nobody reads any more. */
  readonly gone: Promise<"gone">;
  readonly #stream: Writable;
  #lines: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #broken = false;

  constructor(stream: Writable, scope: Scope) {
    this.#stream = stream;
    this.gone = new Promise((resolve) => {
      const onError = () => {
        this.#broken = true;
        resolve("gone");
      };
      stream.on("error", onError);
    });
    scope.add(() => {
      this.#flush();
    });
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
    if (!this.#stream.writableNeedDrain || this.#broken) return undefined;
    const drained = new Promise<void>((resolve) => this.#stream.once("drain", resolve));
    return Promise.race([drained, this.gone.then(() => undefined)]);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0 || this.#broken) return;
    this.#stream.write(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
