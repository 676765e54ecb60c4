import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Absolute path of etcd's API definition, which the npm package `etcd3` ships. */
export function protoPath(): string {
  // The bundle has it where the bundled etcd3 client looks for it: beside the bundle's folder.
  const bundled = join(import.meta.dirname, "..", "proto", "rpc.proto");
  if (existsSync(bundled)) return bundled;
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("etcd3/package.json")), "proto", "rpc.proto");
}
