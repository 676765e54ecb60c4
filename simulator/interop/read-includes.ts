import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { globSync } from "tinyglobby";
import { codeOf } from "../kernel/errors.ts";
import type { ConfigurationSource, IncludedFile } from "./contract.ts";

/** What glob(3) knows: no `**`, no `{a,b}`, and folders are found, too. */
const AS_GLOB_3 = {
  onlyFiles: false,
  expandDirectories: false,
  braceExpansion: false,
  extglob: false,
  globstar: false,
} as const;

/**
 * Reads the files of this machine that an `include` names, in alphabetical order, as glob(3) finds
 * them. Relative names count from the folder of `main`. Files that are not there are left out.
 */
export function readIncludes(main: string): NonNullable<ConfigurationSource["include"]> {
  const cwd = dirname(main);
  return (pattern) => {
    const paths = /[*?[]/.test(pattern)
      ? globSync(pattern.replaceAll("\\", "/"), { cwd, absolute: true, ...AS_GLOB_3 })
      : [pattern];
    return paths
      .map((path) => resolve(cwd, path))
      .sort()
      .flatMap(read);
  };
}

function read(path: string): IncludedFile[] {
  try {
    return [{ path, text: readFileSync(path, "utf8") }];
  } catch (error) {
    switch (codeOf(error)) {
      case "EISDIR":
        return [{ path, problem: "is a directory" }];
      case "EACCES":
      case "EPERM":
        return [{ path, problem: "must not be read" }];
      default:
        return [];
    }
  }
}
