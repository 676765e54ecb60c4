import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { FuseboardError, messageOf, type ErrorLocation } from "../../kernel/errors.ts";
import { readCompiled, type Compile } from "./compiled-source.ts";
import { listExports } from "./export-list.ts";
import { programPath } from "../../kernel/program-path.ts";
import { scanModule } from "./module-scan.ts";
import { isTypeScript, resolveRelative } from "./relative-imports.ts";

/** A function's file and all that it imports from the user's own files. */
export interface PreparedFunction {
  /** Absolute path. */
  readonly file: string;
  readonly label: string;
  readonly export: string;
  /** Every file that went into it, the function's own first. Absolute. */
  readonly files: readonly string[];
}

/**
 * Compiles a function's file and everything it imports by relative paths into the cache, so that
 * no instance has to. Rejects with a FuseboardError whose location says where to mend it.
 */
export async function prepareFunction(
  reference: string,
  root: string,
  cacheDir: string,
): Promise<PreparedFunction> {
  const hash = reference.lastIndexOf("#");
  const label = reference.slice(0, hash);
  const name = reference.slice(hash + 1);
  const file = resolve(root, label);
  if (!existsSync(file)) {
    throw new FuseboardError("function-not-found", `There is no file ${label} in ${root}.`, {
      location: { file },
    });
  }
  if (!/\.[mc]?[jt]s$/.test(file)) {
    throw new FuseboardError(
      "function-not-found",
      `${label} is neither TypeScript nor JavaScript; expected .ts, .mts, .cts, .js, .mjs or .cjs.`,
      { location: { file } },
    );
  }

  const files = new Set([file]);
  // A set tells what is added while it is walked.
  for (const next of files) {
    if (next.endsWith(".json")) continue;
    const code = await compiledCode(next, root, cacheDir);
    const scan = scanOf(code);
    if (next === file && scan.exports && !scan.exports.includes(name)) {
      throw new FuseboardError(
        "no-such-export",
        `${label} has no export "${name}". ${listExports(scan.exports)}`,
        { location: { file } },
      );
    }
    for (const specifier of scan.imports) {
      const imported = resolveRelative(specifier, dirname(next));
      if (imported !== undefined) files.add(imported);
    }
  }
  return { file, label, export: name, files: [...files] };
}

async function compiledCode(file: string, root: string, cacheDir: string): Promise<string> {
  const source = await readFile(file, "utf8");
  if (!isTypeScript(file)) return source;
  const known = readCompiled(cacheDir, file, source);
  if (known) return known.code;
  const compiler = programPath("compiler.cjs");
  const { compile } = createRequire(compiler)(compiler) as { compile: Compile };
  try {
    return compile(file, source, cacheDir).code;
  } catch (error) {
    if (!(error instanceof Error && "location" in error)) throw error;
    throw new FuseboardError(
      "function-does-not-compile",
      `${relative(root, file)} does not compile: ${messageOf(error)}`,
      { location: error.location as ErrorLocation, cause: error },
    );
  }
}

/** JavaScript that does not parse is left to Node, which says best what is wrong with it. */
function scanOf(code: string): { imports: readonly string[]; exports?: readonly string[] } {
  try {
    const { imports, exports } = scanModule(code);
    return { imports, ...(exports && { exports }) };
  } catch (error) {
    if (error instanceof Error && "idx" in error) return { imports: [] };
    throw error;
  }
}
