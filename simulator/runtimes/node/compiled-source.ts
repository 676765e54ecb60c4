import { readFileSync } from "node:fs";
import { compiledPath, MODULE_FORMATS, type ModuleFormat } from "./cache-key.ts";

/** A compiled module. */
export interface Compiled {
  readonly code: string;
  readonly format: ModuleFormat;
}

/** Compiles and puts into the cache; throws an error with a `location` on what does not compile. */
export type Compile = (file: string, source: string, cacheDir: string) => Compiled;

/** Reads a compiled file from the cache; undefined when it is not there. */
export function readCompiled(cacheDir: string, file: string, source: string): Compiled | undefined {
  for (const format of MODULE_FORMATS) {
    try {
      const code = readFileSync(compiledPath(cacheDir, file, source, format), "utf8");
      return { code, format };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return undefined;
}
