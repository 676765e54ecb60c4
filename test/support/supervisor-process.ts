import { Scope } from "../../simulator/kernel/scope.ts";
import { FUNCTIONS, send } from "./runtime-harness.ts";
import { supervise } from "./supervision.ts";
import { until } from "./until.ts";

/*
 * A process that supervises three instances, to be killed by a test: one is idle, one hangs in a
 * loop, one is frozen. Prints their ids once that is so. Takes the cache folder as its argument.
 */

const scope = new Scope();
const cacheDir = process.argv[2] ?? "";
const of = await supervise(scope, FUNCTIONS, {
  leaseTtlMs: 1500,
  context: {
    root: FUNCTIONS,
    gateway: "http://127.0.0.1:9",
    node: process.execPath,
    nodeEnv: {},
    cacheDir,
  },
});
await of.define("shop", { function: "plain.ts#hangs", instances: 3 });
const [, hanging, frozen] = of.supervisor.instancesOf("shop");
send(of.registry.find(hanging?.id ?? "")?.port ?? 9, "POST", "/", {}, {}).catch(() => undefined);
frozen?.freeze();
// A loop is seen by the lease that is not renewed.
await until(() => of.registry.find(hanging?.id ?? "") === undefined, { timeoutMs: 20_000 });
const pids = of.supervisor.instancesOf("shop").map(({ pid }) => pid);
process.stdout.write(`${JSON.stringify({ pids })}\n`);
