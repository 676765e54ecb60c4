import { statSync } from "node:fs";
import { join } from "node:path";

const EXTENSIONS = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];
/** What a TypeScript author writes for a file that the TypeScript compiler has yet to make. */
const COMPILED_NAMES: readonly (readonly [RegExp, string])[] = [
  [/\.js$/, ".ts"],
  [/\.mjs$/, ".mts"],
  [/\.cjs$/, ".cts"],
];

/** Whether it is TypeScript that Node cannot run without compiling. */
export function isTypeScript(file: string): boolean {
  return /\.[mc]?ts$/.test(file);
}

export function isRelative(specifier: string): boolean {
  return /^\.\.?(\/|$)/.test(specifier);
}

/**
 * The file that a relative import means, as bundlers and TypeScript read it: with or without an
 * extension, `.js` for a `.ts` beside it, a folder for its `index`. Undefined when there is none.
 */
export function resolveRelative(specifier: string, folder: string): string | undefined {
  const path = join(folder, specifier);
  if (isFile(path)) return path;
  for (const [compiled, source] of COMPILED_NAMES) {
    const candidate = path.replace(compiled, source);
    if (candidate !== path && isFile(candidate)) return candidate;
  }
  for (const base of [path, join(path, "index")]) {
    for (const extension of EXTENSIONS) {
      if (isFile(base + extension)) return base + extension;
    }
  }
  return undefined;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
