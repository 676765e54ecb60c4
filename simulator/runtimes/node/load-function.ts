import { createRequire, registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { messageOf } from "../../kernel/errors.ts";
import type { UserFunction } from "./call-context.ts";
import type { Compile } from "./compiled-source.ts";
import { listExports } from "./export-list.ts";
import type { FunctionConfig } from "./host-config.ts";
import { locationOf } from "./stack.ts";
import { initializeHooks, load, resolve } from "./module-hooks.ts";
import { installOnOldNode } from "./old-node.ts";

/**
 * Loads the user's function. Rejects with an error whose `location` says where to mend it, when
 * its file cannot be loaded or does not export it.
 */
export async function loadFunction(config: FunctionConfig): Promise<UserFunction> {
  installHooks(config);
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(config.file).href)) as Record<string, unknown>;
  } catch (error) {
    const message = `${config.label} could not be loaded: ${messageOf(error)}`;
    throw Object.assign(new Error(message, { cause: error }), {
      location: locationOf(error) ?? { file: config.file },
    });
  }
  const exported = exportOf(module, config.export);
  if (typeof exported === "function") return exported as UserFunction;
  const names = exportNames(module);
  const message =
    exported === undefined
      ? `${config.label} has no export "${config.export}". ${listExports(names)}`
      : `The export "${config.export}" of ${config.label} is no function.`;
  throw Object.assign(new Error(message), { location: { file: config.file } });
}

function installHooks(config: FunctionConfig): void {
  const require = createRequire(config.compiler);
  const compiler = () => (require(config.compiler) as { compile: Compile }).compile;
  // Absent before Node 22.15 and 23.5, whatever the types say.
  if ((registerHooks as typeof registerHooks | undefined) === undefined) {
    installOnOldNode(config, compiler);
  } else {
    initializeHooks({ cacheDir: config.cacheDir, compiler });
    registerHooks({ resolve, load } as Parameters<typeof registerHooks>[0]);
  }
}

/** An ES module's export, or a member of what a CommonJS module exports. */
function exportOf(module: Record<string, unknown>, name: string): unknown {
  return module[name] ?? membersOf(module.default)[name];
}

function exportNames(module: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(module), ...Object.keys(membersOf(module.default))]);
  // Node's own names for what a CommonJS module exports as a whole.
  if ("module.exports" in module) names.delete("default");
  names.delete("module.exports");
  return [...names];
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
