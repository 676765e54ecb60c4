import { extname } from "node:path";

/** Grammars by which functions are found; each is a file `tree-sitter-<grammar>.wasm`. */
export type Grammar = "typescript" | "tsx" | "javascript";

const BY_EXTENSION: Readonly<Record<string, Grammar>> = {
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".tsx": "tsx",
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
  ".jsx": "javascript",
};

/** Glob of the files that can hold functions. */
export const FUNCTION_FILES = "**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}";

/** The grammar of a file; undefined when it cannot hold functions, such as a declaration file. */
export function grammarOf(file: string): Grammar | undefined {
  return /\.d\.[mc]?ts$/.test(file) ? undefined : BY_EXTENSION[extname(file).toLowerCase()];
}
