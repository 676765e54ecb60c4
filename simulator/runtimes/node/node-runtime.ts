import type { Runtime } from "../contract.ts";
import { startHost } from "./host-process.ts";
import { programPath } from "../../kernel/program-path.ts";
import { prepareFunction } from "./prepare.ts";

/** Exported functions of TypeScript and JavaScript files, on the cluster's `node`. */
export const nodeRuntime: Runtime = {
  id: "node",
  label: "Node",
  runs: (spec) => spec.function !== undefined,
  async prepare(_service, spec, context) {
    const { cacheDir } = context;
    const prepared = await prepareFunction(spec.function ?? "", context.root, cacheDir);
    const { file, label, export: name, files } = prepared;
    const compiler = programPath("compiler.cjs");
    const serves = { kind: "function" as const, file, label, export: name, cacheDir, compiler };
    return {
      files,
      start: (options, events, scope) => startHost(spec, context, serves, options, events, scope),
    };
  },
};
