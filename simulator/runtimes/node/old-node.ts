import { readFileSync } from "node:fs";
import Module, { register } from "node:module";
import { pathToFileURL } from "node:url";
import { readCompiled, type Compile } from "./compiled-source.ts";
import type { FunctionConfig } from "./host-config.ts";

/** Node's table of how `require` loads files; every version has it, the types leave it out. */
interface Extensions {
  _extensions: Record<
    string,
    (module: { _compile(code: string, file: string): void }, file: string) => void
  >;
}

/**
 * Teaches TypeScript to a Node before 22.15, which has no synchronous hooks: `import` is hooked in
 * a thread of its own, `require` by its table of extensions.
 */
export function installOnOldNode(config: FunctionConfig, compiler: () => Compile): void {
  // That thread cannot switch source maps on for this one.
  process.setSourceMapsEnabled(true);
  register(pathToFileURL(config.compiler), { data: { cacheDir: config.cacheDir } });
  const { _extensions: extensions } = Module as unknown as Extensions;
  const { ".js": loadScript } = extensions;
  if (loadScript) extensions[".cjs"] = loadScript;
  for (const extension of [".ts", ".cts"]) {
    extensions[extension] = (module, file) => {
      const source = readFileSync(file, "utf8");
      const compiled =
        readCompiled(config.cacheDir, file, source) ?? compiler()(file, source, config.cacheDir);
      module._compile(compiled.code, file);
    };
  }
}
