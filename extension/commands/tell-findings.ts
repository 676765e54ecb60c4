import { basename } from "node:path";
import { window } from "vscode";
import type { Finding } from "../configurations/reading.ts";

/** Longest list that a dialog shows. */
const MOST = 25;

/** Tells that something was done, and what could not be; the lines are one click away. */
export async function tellFindings(
  done: string,
  findings: readonly Finding[],
  placeOf: (finding: Finding) => string = lineOf,
): Promise<void> {
  if (findings.length === 0) {
    void window.showInformationMessage(done);
    return;
  }
  const details = "Show Details";
  const what =
    findings.length === 1 ? "One setting has" : `${String(findings.length)} settings have`;
  const message = `${done} ${what} no exact equivalent.`;
  if ((await window.showWarningMessage(message, details)) !== details) return;
  const lines = findings.slice(0, MOST).map((each) => `${placeOf(each)}: ${each.message}`);
  if (findings.length > MOST) lines.push(`… and ${String(findings.length - MOST)} more`);
  await window.showWarningMessage(done, { modal: true, detail: lines.join("\n\n") });
}

const lineOf = ({ file, line }: Finding) => `${basename(file)}:${String(line)}`;
