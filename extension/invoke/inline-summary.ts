import { Disposable, Range, ThemeColor, window, workspace, type TextDocument } from "vscode";
import { samePath } from "../functions/function-ref.ts";
import type { FunctionTarget } from "../functions/function-target.ts";
import type { WorkspaceFunctions } from "../functions/workspace-functions.ts";

/** Behind the first line of each invoked function: how the last call went. */
export class InlineSummary implements Disposable {
  readonly #functions: WorkspaceFunctions;
  /** Texts by file and export. */
  readonly #texts = new Map<string, Map<string, string>>();
  readonly #decoration = window.createTextEditorDecorationType({
    after: {
      color: new ThemeColor("editorCodeLens.foreground"),
      fontStyle: "italic",
      margin: "0 0 0 2em",
    },
  });
  readonly #registration: Disposable;

  constructor(functions: WorkspaceFunctions) {
    this.#functions = functions;
    this.#registration = Disposable.from(
      window.onDidChangeVisibleTextEditors(() => void this.#draw()),
      workspace.onDidChangeTextDocument(({ document }) => void this.#draw(document)),
    );
  }

  /** Shows `text` behind the function's first line, until the next one or {@link clear}. */
  async show(target: FunctionTarget, text: string): Promise<void> {
    const texts = this.#texts.get(target.file) ?? new Map<string, string>();
    this.#texts.set(target.file, texts.set(target.export, text));
    await this.#draw();
  }

  /** Takes all of them away, such as when the cluster stopped. */
  async clear(): Promise<void> {
    this.#texts.clear();
    await this.#draw();
  }

  dispose(): void {
    this.#registration.dispose();
    this.#decoration.dispose();
  }

  async #draw(only?: TextDocument): Promise<void> {
    for (const editor of window.visibleTextEditors) {
      const { document } = editor;
      if (only && only !== document) continue;
      const texts = [...this.#texts].find(([file]) => samePath(file, document.uri.fsPath))?.[1];
      const functions = texts ? await this.#functions.inDocument(document) : [];
      const decorations = functions.flatMap((found) => {
        const contentText = texts?.get(found.export);
        if (contentText === undefined || found.line >= document.lineCount) return [];
        const { end } = document.lineAt(found.line).range;
        return [{ range: new Range(end, end), renderOptions: { after: { contentText } } }];
      });
      editor.setDecorations(this.#decoration, decorations);
    }
  }
}
