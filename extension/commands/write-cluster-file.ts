import { Range, Uri, workspace, WorkspaceEdit, type TextDocument } from "vscode";

/**
 * Changes a cluster file through its editor document, so that undo works, and saves it.
 * @param path absolute
 * @param exists whether there is one; without, it comes into being
 */
export async function writeClusterFile(
  path: string,
  exists: boolean,
  change: (text: string | undefined) => string,
): Promise<TextDocument> {
  const uri = Uri.file(path);
  if (!exists) {
    await workspace.fs.writeFile(uri, new TextEncoder().encode(change(undefined)));
    return workspace.openTextDocument(uri);
  }
  const document = await workspace.openTextDocument(uri);
  const whole = new Range(0, 0, document.lineCount, 0);
  const edit = new WorkspaceEdit();
  edit.replace(uri, whole, change(document.getText()));
  await workspace.applyEdit(edit);
  await document.save();
  return document;
}

/** The line of a service in a cluster file, from 0; 0 where it is not found. */
export function lineOfService(document: TextDocument, service: string): number {
  const lines = document.getText().split("\n");
  return Math.max(
    0,
    lines.findIndex((each) => each.startsWith(`  ${service}:`)),
  );
}
