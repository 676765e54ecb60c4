import type { Finding } from "../contract.ts";
import { comment } from "./words.ts";

/** The lines that are written for a service, and what could not be. */
export class ServiceText {
  readonly service: string;
  readonly lines: string[] = [];
  readonly findings: Finding[] = [];

  constructor(service: string) {
    this.service = service;
  }

  add(line: string): void {
    this.lines.push(line);
  }

  /** Says what has no equivalent, with the nearest: in a comment at this place, and as a finding. */
  remark(message: string): void {
    const line = comment(message);
    this.lines.push(line);
    this.findings.push({
      file: this.service,
      line: 1,
      column: 1,
      severity: "warning",
      message: line.slice(2),
    });
  }
}
