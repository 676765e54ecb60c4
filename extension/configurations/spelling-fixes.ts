import {
  CodeAction,
  CodeActionKind,
  languages,
  Range,
  WorkspaceEdit,
  type Diagnostic,
  type Disposable,
  type TextDocument,
} from "vscode";
import { CONFIGURATIONS } from "./configurations.ts";
import { misspellingIn } from "./spelling.ts";

/** Offers the word that was meant, where the reader knows it. */
export function registerSpellingFixes(): Disposable {
  const metadata = { providedCodeActionKinds: [CodeActionKind.QuickFix] };
  return languages.registerCodeActionsProvider(
    CONFIGURATIONS,
    {
      provideCodeActions: (document, _range, { diagnostics }) =>
        diagnostics
          .filter(({ source }) => source?.startsWith("Fuseboard (") === true)
          .flatMap((diagnostic) => fixOf(document, diagnostic) ?? []),
    },
    metadata,
  );
}

function fixOf(document: TextDocument, diagnostic: Diagnostic): CodeAction | undefined {
  const found = misspellingIn(diagnostic.message);
  if (!found) return undefined;
  const { line } = diagnostic.range.start;
  const column = document.lineAt(line).text.indexOf(found.wrong);
  if (column < 0) return undefined;
  const fix = new CodeAction(`Change to "${found.meant}"`, CodeActionKind.QuickFix);
  fix.diagnostics = [diagnostic];
  fix.isPreferred = true;
  fix.edit = new WorkspaceEdit();
  const range = new Range(line, column, line, column + found.wrong.length);
  fix.edit.replace(document.uri, range, found.meant);
  return fix;
}
