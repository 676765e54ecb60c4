import { window, workspace, type Uri } from "vscode";
import type { Reading } from "../configurations/reading.ts";
import { pickOne } from "./pick.ts";
import type { Workbench } from "./workbench.ts";

/** A configuration, read. */
export interface ReadFile {
  readonly uri: Uri;
  readonly reading: Reading;
}

/**
 * The configuration that was asked for, that of the active editor, or files that the user chooses.
 * @returns undefined when the user turned away
 */
export async function chooseConfigurations(
  workbench: Workbench,
  asked: Uri | undefined,
  title: string,
): Promise<ReadFile[] | undefined> {
  const uris = asked ? [asked] : await chooseUris(workbench, title);
  return uris && Promise.all(uris.map((uri) => readFile(workbench, uri)));
}

async function chooseUris(workbench: Workbench, title: string): Promise<Uri[] | undefined> {
  const active = window.activeTextEditor?.document;
  const reading = active && (await workbench.configurations.read(active));
  if (active && reading) {
    const items = [
      { label: workspace.asRelativePath(active.uri), description: "open", uris: [active.uri] },
      { label: "Choose files…", description: "", uris: undefined },
    ];
    const chosen = await pickOne(items, title, "Configuration");
    if (!chosen) return undefined;
    if (chosen.uris) return chosen.uris;
  }
  return window.showOpenDialog({
    ...{ title, openLabel: "Import", canSelectMany: true },
    filters: { "nginx and HAProxy": ["conf", "cfg"], "All files": ["*"] },
  });
}

async function readFile({ tools, configurations }: Workbench, uri: Uri): Promise<ReadFile> {
  const document = await workspace.openTextDocument(uri);
  const known = await configurations.read(document);
  // A file that was chosen is asked about whatever its name.
  const reading =
    known ??
    (await tools.request("readConfiguration", { path: uri.fsPath, text: document.getText() }));
  if (!reading) throw new Error(`${uri.fsPath} is no configuration of nginx or HAProxy.`);
  return { uri, reading };
}
