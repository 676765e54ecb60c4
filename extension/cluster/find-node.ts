import { access, constants, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";

/** Where to look for a program; the parts of a process that decide it. */
export interface SearchPlace {
  readonly path: string;
  readonly platform: NodeJS.Platform;
}

/**
 * The `node` that runs functions.
 * @param setting `fuseboard.node.path`; empty when it is not set
 * @returns absolute path; undefined when there is none, and VS Code's own serves
 * @throws Error when the setting names no program
 */
export async function findNode(setting: string, place: SearchPlace): Promise<string | undefined> {
  const wanted = setting.trim();
  if (wanted) {
    if (isAbsolute(wanted) && (await isProgram(wanted))) return wanted;
    throw new Error(
      `The setting fuseboard.node.path is "${wanted}", which is not the absolute path of a program. Correct it, or leave it empty to use the node on your PATH.`,
    );
  }
  const name = place.platform === "win32" ? "node.exe" : "node";
  for (const folder of place.path.split(delimiter)) {
    const candidate = join(folder, name);
    if (isAbsolute(folder) && (await isProgram(candidate))) return candidate;
  }
  return undefined;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    // Not there, or not for us: no program either way.
    return false;
  }
}
