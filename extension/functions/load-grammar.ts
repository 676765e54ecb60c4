import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Language, Parser } from "@vscode/tree-sitter-wasm";

/** One for all: two that start at the same time would each have an own memory. */
let runtime: Promise<void> | undefined;

/**
 * Loads a grammar, and what runs grammars when it is the first.
 * @param wasmDir folder with `tree-sitter.wasm` and the grammars
 * @param grammar such as `go`: its file is `tree-sitter-go.wasm`
 */
export async function loadGrammar(wasmDir: string, grammar: string): Promise<Language> {
  runtime ??= Parser.init({ locateFile: (file) => join(wasmDir, file) });
  await runtime;
  return Language.load(await readFile(join(wasmDir, `tree-sitter-${grammar}.wasm`)));
}
