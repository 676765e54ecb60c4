import { isAbsolute } from "node:path";
import {
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  languages,
  Range,
  Uri,
  workspace,
  type DiagnosticCollection,
  type TextDocument,
} from "vscode";
import { samePath } from "../functions/function-ref.ts";
import type { Configurations, ReadDocument } from "./configurations.ts";
import { PROGRAMS, type Finding, type Reading } from "./reading.ts";

const SEVERITIES: Record<Finding["severity"], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};

/** What the readers found in the open configurations, in the Problems panel. */
export class ConfigurationProblems implements Disposable {
  /** One collection a document: what it includes has findings too, and they go with it. */
  readonly #collections = new Map<string, DiagnosticCollection>();
  readonly #registration: Disposable;

  constructor(configurations: Configurations) {
    this.#registration = Disposable.from(
      configurations.onDidRead((read) => this.#show(read)),
      workspace.onDidCloseTextDocument((document) => this.#clear(document)),
    );
  }

  dispose(): void {
    this.#registration.dispose();
    for (const collection of this.#collections.values()) collection.dispose();
  }

  #show({ document, reading }: ReadDocument): void {
    this.#clear(document);
    if (!reading || reading.findings.length === 0) return;
    const collection = languages.createDiagnosticCollection("fuseboard.configuration");
    this.#collections.set(document.uri.toString(), collection);
    const byFile = new Map<string, Diagnostic[]>();
    for (const finding of reading.findings) {
      const uri = fileOf(finding, document);
      // An included file that is open has its own.
      if (!uri) continue;
      const key = uri.toString();
      byFile.set(key, [...(byFile.get(key) ?? []), diagnosticOf(finding, reading)]);
    }
    for (const [key, diagnostics] of byFile) collection.set(Uri.parse(key), diagnostics);
  }

  #clear({ uri }: TextDocument): void {
    const key = uri.toString();
    this.#collections.get(key)?.dispose();
    this.#collections.delete(key);
  }
}

function fileOf({ file }: Finding, document: TextDocument): Uri | undefined {
  if (!isAbsolute(file) || samePath(file, document.uri.fsPath)) return document.uri;
  const open = workspace.textDocuments.some(({ uri }) => samePath(uri.fsPath, file));
  return open ? undefined : Uri.file(file);
}

function diagnosticOf(finding: Finding, { format }: Reading): Diagnostic {
  const { line, column, endColumn, message, severity } = finding;
  // One past the end of the line is cut back to it: the whole rest is marked.
  const end = endColumn === undefined ? 10_000 : endColumn - 1;
  const range = new Range(line - 1, column - 1, line - 1, end);
  const diagnostic = new Diagnostic(range, message, SEVERITIES[severity]);
  diagnostic.source = `Fuseboard (${PROGRAMS[format]})`;
  return diagnostic;
}
