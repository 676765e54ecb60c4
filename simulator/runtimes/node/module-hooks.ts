import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readCompiled, type Compile } from "./compiled-source.ts";
import { isRelative, isTypeScript, resolveRelative } from "./relative-imports.ts";

/** What Node's module hooks return; may be a promise where they run in a thread of their own. */
interface Loaded {
  format?: string | null | undefined;
  source?: string | ArrayBuffer | NodeJS.TypedArray | undefined;
  shortCircuit?: boolean | undefined;
}
interface Resolved {
  url: string;
  shortCircuit?: boolean | undefined;
}

/*
 * Hooks that let Node load TypeScript from the cache. They keep every module's own URL, so that
 * `import.meta.url`, imports and stack traces say the user's files.
 */

let cacheDir = "";
let loadCompiler: () => Compile = () => {
  throw new Error("The module hooks were not initialized.");
};

/** Must come before the first module. The compiler is loaded for what is not in the cache. */
export function initializeHooks(data: { cacheDir: string; compiler: () => Compile }): void {
  cacheDir = data.cacheDir;
  loadCompiler = data.compiler;
}

export function resolve<R>(
  specifier: string,
  context: { parentURL?: string | undefined },
  nextResolve: (specifier: string, context?: object) => R,
): R | Resolved {
  if (isRelative(specifier) && context.parentURL?.startsWith("file:")) {
    const file = resolveRelative(specifier, dirname(fileURLToPath(context.parentURL)));
    // JSON needs its import attribute checked, which Node does.
    if (file !== undefined && !file.endsWith(".json")) {
      return { url: pathToFileURL(file).href, shortCircuit: true };
    }
  }
  return nextResolve(specifier, context);
}

export function load<R>(
  url: string,
  context: object,
  nextLoad: (url: string, context?: object) => R,
): R | Loaded {
  if (!url.startsWith("file:") || !isTypeScript(new URL(url).pathname)) {
    return nextLoad(url, context);
  }
  const file = fileURLToPath(url);
  const source = readFileSync(file, "utf8");
  const compiled = readCompiled(cacheDir, file, source) ?? loadCompiler()(file, source, cacheDir);
  if (compiled.code.includes("\n//# sourceMappingURL=data:")) process.setSourceMapsEnabled(true);
  return { format: compiled.format, source: compiled.code, shortCircuit: true };
}
