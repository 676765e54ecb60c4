import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startEmbeddedEtcd } from "../../simulator/registry/etcd/embedded/embedded-etcd.ts";
import { operation, type Operation } from "../support/etcd-operations.ts";
import { EtcdReplay } from "../support/etcd-replay.ts";
import { requireProgram } from "../support/programs.ts";
import { startRealEtcd } from "../support/real-etcd.ts";

const etcd = requireProgram("etcd");

/** FUSEBOARD_RUNS looks for more. */
const numRuns = Number(process.env.FUSEBOARD_RUNS ?? 25);

/** Ends also what an interrupted search leaves behind. */
const all = new Scope();
afterAll(() => all.dispose());

/** Runs the same operations on both servers, side by side. */
async function compare(program: string, operations: readonly Operation[]): Promise<void> {
  const scope = all.child();
  try {
    // A short election: one member has nobody to wait for.
    const flags = ["--heartbeat-interval", "10", "--election-timeout", "100"];
    const theirs = new EtcdReplay(await startRealEtcd(program, scope, flags), scope);
    const embedded = await startEmbeddedEtcd({ host: "127.0.0.1", port: 0 }, scope);
    const ours = new EtcdReplay(embedded.address, scope);
    for (const [i, each] of operations.entries()) {
      const revision = embedded.revision();
      const [their, our] = await Promise.all([
        theirs.run(each, revision),
        ours.run(each, revision),
      ]);
      expect(our, `operation ${String(i)}: ${JSON.stringify(each)}`).toEqual(their);
    }
    const [their, our] = await Promise.all([theirs.heard(), ours.heard()]);
    expect(our, "what the watches heard").toEqual(their);
    expect(await ours.revision()).toBe(await theirs.revision());
  } finally {
    await scope.dispose();
  }
}

describe.skipIf(etcd === undefined)("the embedded etcd beside etcd itself", () => {
  test("gives the same answers to random sequences of operations", async () => {
    const sequences = fc.array(operation, { minLength: 20, maxLength: 80, size: "max" });
    const property = fc.asyncProperty(sequences, (operations) => compare(etcd ?? "", operations));
    await fc.assert(property, { numRuns, interruptAfterTimeLimit: 150_000 });
  }, 300_000);
});
