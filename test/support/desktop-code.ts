import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Path of the desktop VS Code's `code`, when it is on the path. */
export function findDesktopCode(): string | undefined {
  const name = process.platform === "win32" ? "code.cmd" : "code";
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
}

/** Installs the extension there and opens the folder in a new window; whether that went well. */
export function openInDesktopCode(code: string, vsix: string, folder: string): boolean {
  return run(code, ["--install-extension", vsix, "--force"]) && run(code, ["--new-window", folder]);
}

function run(code: string, args: readonly string[]): boolean {
  // Windows starts a .cmd by its command interpreter only.
  const [program, ...before]: [string, ...string[]] =
    process.platform === "win32" ? [process.env.ComSpec ?? "cmd.exe", "/d", "/c", code] : [code];
  return spawnSync(program, [...before, ...args], { stdio: ["ignore", 2, 2] }).status === 0;
}
