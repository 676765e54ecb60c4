import type { Place, Report } from "./report.ts";
import type { Word } from "./words.ts";

/** One line of a section: a keyword and its arguments. */
export class Statement {
  readonly line: number;
  readonly words: readonly Word[];
  /** `no option …`. */
  readonly negated: boolean;
  /** False when it has variables whose values are not known. */
  readonly isCertain: boolean;
  readonly #report: Report;

  constructor(
    line: number,
    words: readonly Word[],
    how: {
      readonly negated: boolean;
      readonly isCertain: boolean;
    },
    report: Report,
  ) {
    this.line = line;
    this.words = words;
    this.negated = how.negated;
    this.isCertain = how.isCertain;
    this.#report = report;
  }

  get file(): string {
    return this.#report.file;
  }

  get keyword(): string {
    return this.arg(0);
  }

  /** The word at a place; empty behind the last one, and behind one that is empty. */
  arg(index: number): string {
    const end = this.words.findIndex(({ text }) => text === "");
    return end >= 0 && index >= end ? "" : (this.words[index]?.text ?? "");
  }

  /** The place of a word; of the whole line behind the last one. */
  place(index: number): Place {
    const word = this.words[index];
    if (word) return { line: this.line, column: word.column, endColumn: word.endColumn };
    const [first, last] = [this.words[0], this.words.at(-1)];
    const start = { line: this.line, column: first?.column ?? 1 };
    return last ? { ...start, endColumn: last.endColumn } : start;
  }

  /** HAProxy would not start; perhaps, where values are not known. */
  error(index: number, message: string): void {
    this.#report.add(this.isCertain ? "error" : "warning", this.place(index), message);
  }

  /** It has no equivalent. */
  warn(index: number, message: string): void {
    this.#report.add("warning", this.place(index), message);
  }

  /** It is read, and means something else or nothing here. */
  note(index: number, message: string): void {
    this.#report.add("note", this.place(index), message);
  }

  /** Complains when there are more than `most` arguments behind the word at `index`. */
  refuseMoreThan(most: number, index = 0): boolean {
    const extra = index + most + 1;
    if (this.arg(extra) === "") return false;
    const words = this.words.slice(0, index + 1).map(({ text }) => text);
    const message = `'${words.join(" ")}' cannot handle unexpected argument '${this.arg(extra)}'.`;
    this.error(extra, message);
    return true;
  }
}
