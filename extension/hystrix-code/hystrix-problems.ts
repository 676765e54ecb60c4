import {
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  languages,
  Range,
  workspace,
  type TextDocument,
} from "vscode";
import type { CodeFinding } from "./hystrix-code.ts";
import type { WorkspaceCode } from "./workspace-code.ts";

/** Pause in typing after which a document is read again. */
const QUIET_MS = 250;

/** What is wrong or not known with the commands of open Go files, in the Problems panel. */
export class HystrixProblems implements Disposable {
  readonly #code: WorkspaceCode;
  readonly #diagnostics = languages.createDiagnosticCollection("fuseboard.hystrix");
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #registration: Disposable;

  constructor(code: WorkspaceCode) {
    this.#code = code;
    const soon = (document: TextDocument) => this.#readSoon(document);
    this.#registration = Disposable.from(
      workspace.onDidOpenTextDocument(soon),
      workspace.onDidChangeTextDocument(({ document }) => soon(document)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
      code.onDidChange(() => workspace.textDocuments.forEach(soon)),
    );
    workspace.textDocuments.forEach(soon);
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#registration.dispose();
    this.#diagnostics.dispose();
  }

  #readSoon(document: TextDocument): void {
    if (document.languageId !== "go") return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(
      key,
      setTimeout(() => void this.#read(document), QUIET_MS),
    );
  }

  async #read(document: TextDocument): Promise<void> {
    this.#timers.delete(document.uri.toString());
    const { version } = document;
    const { findings } = await this.#code.inDocument(document);
    if (document.version === version && !document.isClosed)
      this.#diagnostics.set(document.uri, findings.map(diagnosticOf));
  }

  #forget({ uri }: TextDocument): void {
    const key = uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    this.#diagnostics.delete(uri);
  }
}

function diagnosticOf({ line, column, endLine, endColumn, severity, message }: CodeFinding) {
  const level =
    severity === "warning" ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information;
  const diagnostic = new Diagnostic(new Range(line, column, endLine, endColumn), message, level);
  diagnostic.source = "Fuseboard (hystrix-go)";
  return diagnostic;
}
