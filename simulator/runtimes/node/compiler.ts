import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { transformSync } from "amaro";
import type { ErrorLocation } from "../../kernel/errors.ts";
import { compiledPath, type ModuleFormat } from "./cache-key.ts";
import type { Compiled } from "./compiled-source.ts";
import { initializeHooks } from "./module-hooks.ts";
import { importedNames, scanModule } from "./module-scan.ts";

/*
 * The compiler, bundled to a file of its own (compiler.cjs): it is large, and loaded only for what
 * is not in the cache.
 */

export { load, resolve } from "./module-hooks.ts";

/** Called by Node 20, which runs module hooks in a thread of their own with this file in it. */
export function initialize(data: { cacheDir: string }): void {
  initializeHooks({ ...data, compiler: () => compile });
}

/**
 * Compiles TypeScript to JavaScript and puts it into the cache. Types are blanked out, so that
 * every line and column stays; where that cannot be done, as with enums, the code is rewritten
 * with an inline source map. Throws an error with a `location` on what does not compile.
 */
export function compile(file: string, source: string, cacheDir: string): Compiled {
  const code = compileCode(file, source);
  const format = formatOf(file, code);
  const path = compiledPath(cacheDir, file, source, format);
  const unfinished = `${path}.${String(process.pid)}.${String(performance.now())}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(unfinished, code);
  renameSync(unfinished, path);
  return { code, format };
}

function compileCode(file: string, source: string): string {
  let blanked: string | undefined;
  try {
    blanked = transformSync(source, { mode: "strip-only", filename: file }).code;
  } catch (error) {
    if (!isCompileError(error)) throw error;
    if (error.code !== "UnsupportedSyntax") throw withLocation(file, error);
  }
  try {
    const { code, map } = transformSync(source, {
      mode: "transform",
      sourceMap: true,
      filename: file,
      // Imports used as types only are dropped, as the TypeScript compiler does by default.
      transform: { verbatimModuleSyntax: false },
    });
    if (blanked !== undefined && importedNames(blanked) === importedNames(code)) {
      return blanked;
    }
    const inline = Buffer.from(map ?? "").toString("base64");
    return `${code}\n//# sourceMappingURL=data:application/json;base64,${inline}`;
  } catch (error) {
    throw isCompileError(error) ? withLocation(file, error) : error;
  }
}

/** ES module syntax decides, so that `export` works under every `type` of package.json. */
function formatOf(file: string, code: string): ModuleFormat {
  if (file.endsWith(".mts")) return "module";
  if (file.endsWith(".cts")) return "commonjs";
  return scanModule(code).isEsModule ? "module" : "commonjs";
}

/** What amaro throws: not an Error, and its columns count from 0. */
interface CompileError {
  readonly code: string;
  readonly message: string;
  readonly startLine: number;
  readonly startColumn: number;
}

function isCompileError(error: unknown): error is CompileError {
  return typeof error === "object" && error !== null && "startLine" in error;
}

function withLocation(file: string, error: CompileError): Error & { location: ErrorLocation } {
  const location = { file, line: error.startLine, column: error.startColumn + 1 };
  return Object.assign(new SyntaxError(error.message), { location });
}
