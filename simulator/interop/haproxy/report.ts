import type { Finding } from "../contract.ts";

/** Where something stands. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endColumn?: number;
}

/** The findings of one file, in the order of its lines. */
export class Report {
  readonly file: string;
  readonly #findings: Finding[] = [];
  readonly #errorLines = new Set<number>();

  constructor(file: string) {
    this.file = file;
  }

  add(severity: Finding["severity"], { line, column, endColumn }: Place, message: string): void {
    if (severity === "error") this.#errorLines.add(line);
    const end = endColumn === undefined ? {} : { endColumn };
    this.#findings.push({ file: this.file, line, column, ...end, severity, message });
  }

  get hasErrors(): boolean {
    return this.#errorLines.size > 0;
  }

  /** The lines that have an error. */
  get errorLines(): ReadonlySet<number> {
    return this.#errorLines;
  }

  get findings(): readonly Finding[] {
    return this.#findings.toSorted((a, b) => a.line - b.line);
  }
}
