import {
  CompletionItem,
  CompletionItemKind,
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  Hover,
  languages,
  MarkdownString,
  Range,
  SnippetString,
  workspace,
  type TextDocument,
} from "vscode";
import { parseClusterFile } from "../../simulator/protocol/cluster-file.ts";
import { CLUSTER_FILE_NAME } from "../contributions.ts";
import { completeClusterFile, type Proposal } from "./complete.ts";
import { explainClusterFile } from "./explain.ts";

const SELECTOR = { pattern: `**/${CLUSTER_FILE_NAME}` };

const KINDS: Record<Proposal["kind"], CompletionItemKind> = {
  key: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  service: CompletionItemKind.Reference,
  function: CompletionItemKind.Function,
};

/**
 * Completion, hover and diagnostics of `fuseboard.yaml`; needs no other extension.
 * @param functionRefs functions that the file could name
 */
export function registerClusterFileLanguage(
  functionRefs: (document: TextDocument) => Promise<string[]>,
): Disposable {
  const diagnostics = languages.createDiagnosticCollection("fuseboard.yaml");
  const check = (document: TextDocument) => {
    if (!languages.match(SELECTOR, document)) return;
    diagnostics.set(document.uri, errorsOf(document));
  };
  workspace.textDocuments.forEach(check);
  return Disposable.from(
    diagnostics,
    workspace.onDidOpenTextDocument(check),
    workspace.onDidChangeTextDocument(({ document }) => check(document)),
    workspace.onDidCloseTextDocument(({ uri }) => diagnostics.delete(uri)),
    languages.registerHoverProvider(SELECTOR, {
      provideHover(document, position) {
        const found = explainClusterFile(document.getText(), document.offsetAt(position));
        if (!found) return undefined;
        const range = rangeAt(document, found.start, found.end);
        return new Hover(new MarkdownString(found.markdown), range);
      },
    }),
    languages.registerCompletionItemProvider(
      SELECTOR,
      {
        async provideCompletionItems(document, position) {
          const refs = await functionRefs(document);
          const offset = document.offsetAt(position);
          const found = completeClusterFile(document.getText(), offset, refs);
          if (!found) return [];
          const range = rangeAt(document, found.start, found.end);
          return found.items.map((proposal, index) => itemOf(proposal, range, index));
        },
      },
      ":",
      " ",
      "[",
      "{",
      ",",
    ),
  );
}

function itemOf(proposal: Proposal, range: Range, index: number): CompletionItem {
  const item = new CompletionItem(proposal.label, KINDS[proposal.kind]);
  item.insertText = new SnippetString(proposal.snippet);
  item.range = range;
  // In the order of the schema, which is the order in which one thinks.
  item.sortText = String(index).padStart(4, "0");
  if (proposal.detail !== undefined) item.detail = proposal.detail;
  if (proposal.documentation !== undefined) {
    item.documentation = new MarkdownString(proposal.documentation);
  }
  if (proposal.kind === "key") {
    item.command = { command: "editor.action.triggerSuggest", title: "" };
  }
  return item;
}

function errorsOf(document: TextDocument): Diagnostic[] {
  const parsed = parseClusterFile(document.getText());
  if (parsed.ok) return [];
  return parsed.errors.map(({ message, line, column, endLine, endColumn }) => {
    const range = new Range(line - 1, column - 1, endLine - 1, endColumn - 1);
    const diagnostic = new Diagnostic(range, message, DiagnosticSeverity.Error);
    diagnostic.source = "Fuseboard";
    return diagnostic;
  });
}

function rangeAt(document: TextDocument, start: number, end: number): Range {
  return new Range(document.positionAt(start), document.positionAt(end));
}
