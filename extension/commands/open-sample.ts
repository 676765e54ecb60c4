import { commands, FileType, Uri, window, workspace } from "vscode";
import type { Command } from "./workbench.ts";

/** Folder of the sample inside the extension. */
const SAMPLE = ["extension", "samples", "shop"];

/** Copies the sample to where the user can write, and opens it. */
export const openSample: Command = async ({ context }) => {
  const here = "Open";
  const choose = "Choose Folder…";
  const message = "The sample is copied first, so that you can change it as you like.";
  const detail = "Open: in Fuseboard's own storage. Choose Folder: beside your other projects.";
  const answer = await window.showInformationMessage(
    message,
    { modal: true, detail },
    here,
    choose,
  );
  if (answer === undefined) return;
  const parent = answer === here ? context.globalStorageUri : await chooseFolder();
  if (!parent) return;
  const copy = Uri.joinPath(parent, "fuseboard-shop");
  if (!(await exists(copy))) {
    await workspace.fs.createDirectory(parent);
    await workspace.fs.copy(Uri.joinPath(context.extensionUri, ...SAMPLE), copy);
  }
  await commands.executeCommand("vscode.openFolder", copy, { forceReuseWindow: true });
};

async function chooseFolder(): Promise<Uri | undefined> {
  const chosen = await window.showOpenDialog({
    canSelectFolders: true,
    canSelectFiles: false,
    openLabel: "Copy the Sample Here",
  });
  return chosen?.[0];
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    return (await workspace.fs.stat(uri)).type === FileType.Directory;
  } catch {
    // Not there yet.
    return false;
  }
}
