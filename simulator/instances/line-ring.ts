/** One line that an instance printed. */
export interface PrintedLine {
  readonly at: number;
  readonly stream: "stdout" | "stderr" | "log";
  readonly line: string;
}

const KEPT_LINES = 1000;

/** The newest lines of one instance. */
export class LineRing {
  readonly #lines: PrintedLine[] = [];
  #next = 0;

  add(line: PrintedLine): void {
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % KEPT_LINES;
  }

  /** Oldest first, at most 1,000. */
  lines(): PrintedLine[] {
    return this.#lines.length < KEPT_LINES
      ? this.#lines.slice()
      : [...this.#lines.slice(this.#next), ...this.#lines.slice(0, this.#next)];
  }
}
