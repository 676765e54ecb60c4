import type { Finding } from "../contract.ts";

/** Where something stands. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endColumn?: number;
}

/** The findings of one file, in the order of its lines. */
export class Report {
  readonly #file: string;
  readonly #findings: Finding[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  add(severity: Finding["severity"], { line, column, endColumn }: Place, message: string): void {
    const end = endColumn === undefined ? {} : { endColumn };
    this.#findings.push({ file: this.#file, line, column, ...end, severity, message });
  }

  get hasErrors(): boolean {
    return this.#findings.some(({ severity }) => severity === "error");
  }

  /** Whether one of these lines has an error. */
  hasErrorIn(from: number, to: number): boolean {
    return this.#findings.some(
      ({ severity, line }) => severity === "error" && line >= from && line <= to,
    );
  }

  get findings(): readonly Finding[] {
    return this.#findings.toSorted((a, b) => a.line - b.line);
  }
}
