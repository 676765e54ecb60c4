import type { Readable } from "node:stream";
import { FloodGate, LINES_PER_SECOND, MAX_LINE_BYTES } from "./flood-gate.ts";

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;

/**
 * Splits what a process prints into lines. Always keeps reading, so that the process is never
 * blocked by a full pipe; holds at most one cut line in memory; leaves out what floods.
 */
export class LineReader {
  readonly #printed: (line: string) => void;
  readonly #gate = new FloodGate(LINES_PER_SECOND);
  #parts: Buffer[] = [];
  #length = 0;
  #noteTimer: NodeJS.Timeout | undefined;

  constructor(stream: Readable, printed: (line: string) => void) {
    this.#printed = printed;
    stream.on("data", (chunk: Buffer) => {
      this.#read(chunk);
    });
    stream.on("close", () => {
      this.#end();
    });
  }

  #read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.#take(chunk.subarray(start, end));
      this.#finishLine();
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.subarray(start));
  }

  /** Keeps a part of the line under way, up to one byte more than a line may have. */
  #take(part: Buffer): void {
    const room = MAX_LINE_BYTES + 1 - this.#length;
    if (room <= 0 || part.length === 0) return;
    const kept = part.subarray(0, room);
    this.#parts.push(kept);
    this.#length += kept.length;
  }

  #finishLine(): void {
    const parts = this.#parts;
    const length = this.#length;
    this.#parts = [];
    this.#length = 0;
    if (!this.#gate.admits(performance.now())) {
      this.#noteTimer ??= setTimeout(() => {
        this.#note();
      }, 1000).unref();
      return;
    }
    const bytes = parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts, length);
    const end = bytes[length - 1] === CARRIAGE_RETURN ? length - 1 : length;
    const line = bytes.toString("utf8", 0, Math.min(end, MAX_LINE_BYTES));
    this.#printed(length > MAX_LINE_BYTES ? `${line}…` : line);
  }

  #note(): void {
    clearTimeout(this.#noteTimer);
    this.#noteTimer = undefined;
    const note = this.#gate.close();
    if (note !== undefined) this.#printed(note);
  }

  #end(): void {
    if (this.#length > 0) this.#finishLine();
    this.#note();
  }
}
