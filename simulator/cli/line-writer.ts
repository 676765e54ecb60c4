import type { Writable } from "node:stream";
import type { Scope } from "../kernel/scope.ts";

/** How long lines are gathered before they are written together. */
const GATHER_MS = 10;

/** Writes JSON objects a line each; what it holds is written when the scope ends. */
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

  write(value: object): void {
    this.#lines.push(JSON.stringify(value));
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines.length === 0 || this.#broken) return;
    this.#stream.write(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
