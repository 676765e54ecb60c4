import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { globSync } from "tinyglobby";
import type { ConfigurationSource } from "./contract.ts";

/**
 * Reads the files of this machine that an `include` names, in alphabetical order, as glob(3) finds
 * them. Relative names count from the folder of `main`. Files that cannot be read are left out.
 */
export function readIncludes(main: string): NonNullable<ConfigurationSource["include"]> {
  const cwd = dirname(main);
  return (pattern) => {
    const paths = globSync(pattern.replaceAll("\\", "/"), { cwd, absolute: true });
    return paths.sort().flatMap((path) => {
      const file = resolve(path);
      const text = textOf(file);
      return text === undefined ? [] : [{ path: file, text }];
    });
  };
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
