import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { haproxy } from "./haproxy/haproxy.ts";
import { nginx } from "./nginx/nginx.ts";
import type { ProgramKind } from "./program.ts";

/** Every program that can balance. */
export const programKinds: readonly ProgramKind[] = [nginx, haproxy];

/** Where programs for servers are that are not always on the path. */
const MORE_FOLDERS: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  linux: ["/usr/sbin", "/usr/local/sbin", "/sbin"],
  darwin: ["/opt/homebrew/bin", "/usr/local/bin"],
  win32: ["C:\\nginx"],
};

/** Absolute path of a program; undefined when it is not installed. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform,
): string | undefined {
  const path = (env.PATH ?? env.Path ?? "").split(delimiter).filter((folder) => folder !== "");
  const file = platform === "win32" ? `${name}.exe` : name;
  // An empty path says: nothing is to be found, as a test does.
  const more = path.length > 0 ? (MORE_FOLDERS[platform] ?? []) : [];
  return [...path, ...more].map((folder) => join(folder, file)).find(existsSync);
}

/** The sentence on a program that is not there. */
export function missingMessage(
  kind: ProgramKind,
  service: string,
  platform: NodeJS.Platform,
): string {
  const needed = `"${service}" is balanced by ${kind.label}, which is not installed.`;
  const command = kind.install(platform);
  return command === undefined
    ? `${needed} It does not run on this platform; choose another balancer.engine in the cluster file.`
    : `${needed} Install it (${command}) and restart the cluster, or choose another balancer.engine.`;
}
