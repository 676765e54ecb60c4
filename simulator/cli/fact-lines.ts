import type { Fact } from "../protocol/events.ts";
import type { LineWriter } from "./line-writer.ts";

/** What may wait in memory for a reader who is behind. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Prints facts, one a line. A reader who falls too far behind misses some, and is told how many:
 * `{"kind": "left-out", "facts": n}`.
 */
export class FactLines {
  readonly #out: LineWriter;
  #leftOut = 0;

  constructor(out: LineWriter) {
    this.#out = out;
  }

  add(fact: Fact): void {
    if (this.#out.waitingBytes > MOST_WAITING_BYTES) {
      this.#leftOut++;
      return;
    }
    if (this.#leftOut > 0) void this.#out.write({ kind: "left-out", facts: this.#leftOut });
    this.#leftOut = 0;
    void this.#out.write(fact);
  }
}
