import {
  Disposable,
  EventEmitter,
  Uri,
  ViewColumn,
  window,
  workspace,
  type TextDocumentContentProvider,
} from "vscode";
import { RESULT_SCHEME } from "../contributions.ts";
import { resultText, type Invocation } from "./result-text.ts";

/** Shows results of calls beside the editor: one read-only document a service. */
export class ResultView implements TextDocumentContentProvider, Disposable {
  readonly #texts = new Map<string, string>();
  readonly #change = new EventEmitter<Uri>();
  readonly #registration: Disposable;

  readonly onDidChange = this.#change.event;

  constructor() {
    this.#registration = Disposable.from(
      workspace.registerTextDocumentContentProvider(RESULT_SCHEME, this),
      workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === RESULT_SCHEME) this.#texts.delete(uri.toString());
      }),
    );
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.#texts.get(uri.toString()) ?? "// Invoke the function again to see its result.\n";
  }

  /** Shows a result in the document of its service, which opens when it is not. */
  async show(service: string, payload: string, result: Invocation): Promise<void> {
    const uri = Uri.from({ scheme: RESULT_SCHEME, path: `/${service} result.jsonc` });
    this.#texts.set(uri.toString(), resultText(service, payload, result));
    this.#change.fire(uri);
    const document = await workspace.openTextDocument(uri);
    const column = window.visibleTextEditors.find(
      (editor) => editor.document.uri.scheme === RESULT_SCHEME,
    )?.viewColumn;
    await window.showTextDocument(document, {
      viewColumn: column ?? ViewColumn.Beside,
      preserveFocus: true,
      preview: false,
    });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#change.dispose();
  }
}
