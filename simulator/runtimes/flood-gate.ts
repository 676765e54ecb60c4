/**
 * Lets through so many lines a second and counts the rest, so that a flood costs neither memory
 * nor the reader's attention. Call `close` after a second to learn what was left out.
 */
export class FloodGate {
  readonly #limit: number;
  #windowStart = 0;
  #admitted = 0;
  #leftOut = 0;

  constructor(linesPerSecond: number) {
    this.#limit = linesPerSecond;
  }

  /** Whether one more line may pass at `nowMs`. */
  admits(nowMs: number): boolean {
    if (nowMs - this.#windowStart >= 1000 && this.#leftOut === 0) {
      this.#windowStart = nowMs;
      this.#admitted = 0;
    }
    if (this.#admitted < this.#limit) {
      this.#admitted++;
      return true;
    }
    this.#leftOut++;
    return false;
  }

  /** Ends the second; returns the note on what it left out, if anything. */
  close(): string | undefined {
    const leftOut = this.#leftOut;
    this.#windowStart = 0;
    this.#admitted = 0;
    this.#leftOut = 0;
    return leftOut === 0
      ? undefined
      : `… ${leftOut.toLocaleString("en-US")} ${leftOut === 1 ? "line" : "lines"} left out`;
  }
}

/** What one process may print in a second before lines are left out. */
export const LINES_PER_SECOND = 200;
/** Longest line in bytes; the rest of a longer one is cut off. */
export const MAX_LINE_BYTES = 8192;

/** Cuts a line that is too long. */
export function cutLine(line: string): string {
  return line.length > MAX_LINE_BYTES ? `${line.slice(0, MAX_LINE_BYTES)}…` : line;
}
