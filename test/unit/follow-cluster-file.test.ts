import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { followClusterFile } from "../../simulator/cli/follow-cluster-file.ts";
import { readClusterFile } from "../../simulator/cli/cluster-file.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

const A = "  a: { synthetic: {}, instances: 1 }\n";
const B = "  b: { synthetic: {}, instances: 2 }\n";
const SOON = { timeoutMs: 5000 };
const HEAD = "version: 1\nservices:\n";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

async function followed() {
  const file = join(await tempFolder(scope, "über follow"), "fuseboard.yaml");
  await writeFile(file, HEAD + A + B);
  const [done, said]: [string[], string[]] = [[], []];
  const cluster = {
    define: (name: string, { instances }: { readonly instances: number }) => {
      done.push(`${name} ×${instances}`);
      return Promise.resolve();
    },
    remove: (name: string) => {
      done.push(`${name} removed`);
      return Promise.resolve();
    },
  };
  const spec = await readClusterFile(file);
  await followClusterFile({ cluster, file, spec, say: (text) => said.push(text) }, scope);
  return { file, done, said };
}

test("a service that is written otherwise is exchanged, and one that is not, removed", async () => {
  const { file, done } = await followed();
  await writeFile(file, HEAD + A.replace("1", "3"));
  expect(await until(() => done.length === 2, SOON)).toBe(true);
  expect(done).toEqual(["a ×3", "b removed"]);
});

test("a file that is wrong changes nothing, and says where; mended, it goes on", async () => {
  const { file, done, said } = await followed();
  await writeFile(file, `${HEAD}  a: { instances: [\n`);
  expect(await until(() => said.length > 0, SOON)).toBe(true);
  expect(said[0]).toContain(`${file}:`);
  expect(said[0]).toMatch(/\nThe cluster goes on as it was\.$/);
  expect(done).toEqual([]);
  await writeFile(file, HEAD + A + B.replace("2", "4"));
  expect(await until(() => done.length > 0, SOON)).toBe(true);
  expect(done).toEqual(["b ×4"]);
});

test("settings that are read at the start alone are named", async () => {
  const { file, done, said } = await followed();
  await writeFile(file, `version: 1\ngateway: { port: 4711 }\nservices:\n${A}${B}`);
  expect(await until(() => said.length > 0, SOON)).toBe(true);
  expect(said).toEqual([
    "Registry and gateway take their new settings when the cluster starts again.",
  ]);
  expect(done).toEqual([]);
});
