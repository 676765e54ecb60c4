import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CAN_FREEZE } from "../../simulator/kernel/process-tree.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { isAlive } from "../support/processes.ts";
import { FUNCTIONS, send } from "../support/runtime-harness.ts";
import { supervise, type Supervision } from "../support/supervision.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let scope: Scope;
let root: string;
beforeAll(buildPrograms);
beforeEach(async () => {
  scope = new Scope();
  // A folder of its own, so that tests can change the files.
  root = await tempFolder(scope, "functions");
  await cp(FUNCTIONS, root, { recursive: true });
});
afterEach(() => scope.dispose());

/** For tests that wait for its end; long enough for a busy machine to renew it in time. */
const SHORT_LEASE_MS = 2000;
const synthetic = { synthetic: { latency: "0ms" } } as const;

const idsOf = ({ registry }: Supervision) =>
  registry.records.map(({ instance }) => instance).sort();
const pidsOf = ({ supervisor }: Supervision, service: string) =>
  supervisor.instancesOf(service).map(({ pid }) => pid ?? 0);

async function call(of: Supervision, instance: string, body: unknown = {}) {
  return send(of.registry.find(instance)?.port ?? 9, "POST", "/", {}, body);
}

describe("the supervisor", () => {
  test("starts as many as the spec says; all are registered when it has", async () => {
    const of = await supervise(scope, root);
    const spec = {
      function: "plain.ts#describe",
      instances: 3,
      balancer: { servers: [{ weight: 5 }, { weight: 2 }] },
    };
    expect(await of.define("shop", spec)).toEqual({ ok: true });
    expect(idsOf(of)).toEqual(["shop-1", "shop-2", "shop-3"]);
    expect(of.registry.records.map(({ weight }) => weight).sort()).toEqual([1, 2, 5]);
    const { instances, problems } = of.state();
    expect(problems).toEqual({});
    for (const record of of.registry.records) {
      expect(instances[record.instance]).toMatchObject({
        phase: "running",
        pid: record.pid,
        port: record.port,
        runtime: "node",
        weight: record.weight,
        lease: { ttlMs: 10_000 },
      });
      expect(JSON.parse((await call(of, record.instance)).text)).toMatchObject({
        instance: record.instance,
        service: "shop",
      });
    }
  });

  test("scales up and down, always by the lowest ordinals", async () => {
    const of = await supervise(scope, root);
    await of.define("shop", { ...synthetic, instances: 1 });
    await of.supervisor.scale("shop", 3);
    expect(idsOf(of)).toEqual(["shop-1", "shop-2", "shop-3"]);
    const pids = pidsOf(of, "shop");
    await of.supervisor.scale("shop", 1);
    expect(idsOf(of)).toEqual(["shop-1"]);
    expect(pids.map(isAlive)).toEqual([true, false, false]);
    expect(Object.keys(of.state().instances)).toEqual(["shop-1"]);
  });

  test("knows an instance by its token, until it is gone", async () => {
    const of = await supervise(scope, root);
    await of.define("shop", { ...synthetic, instances: 1 });
    const { token } = of.supervisor.instance("shop-1") ?? { token: "" };
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect(of.supervisor.callerOf(token)).toEqual({ instance: "shop-1", service: "shop" });
    await of.supervisor.remove("shop");
    expect(of.supervisor.callerOf(token)).toBeUndefined();
    expect(of.supervisor.instance("shop-1")).toBeUndefined();
  });

  test("keeps what instances printed", async () => {
    const of = await supervise(scope, root);
    await of.define("shop", { function: "plain.ts#logs", instances: 1 });
    const printed = of.next("instance-printed", ({ stream }) => stream === "log");
    await call(of, "shop-1", { sku: "apple" });
    expect(await printed).toMatchObject({ instance: "shop-1", line: "got { sku: 'apple' }" });
    expect(of.supervisor.linesOf("shop-1").map(({ line }) => line)).toContain(
      "got { sku: 'apple' }",
    );
  });

  test("stops gracefully: the lease goes first, then the gateway lets go, then the process", async () => {
    const order: string[] = [];
    const of: Supervision = await supervise(scope, root, {
      drained: () => {
        order.push(`drained: registered ${String(of.registry.find("shop-1") !== undefined)}`);
        order.push(`alive ${String(isAlive(pid))}`);
        return Promise.resolve();
      },
    });
    await of.define("shop", { ...synthetic, instances: 1 });
    const pid = of.supervisor.instance("shop-1")?.pid ?? 0;
    await of.supervisor.remove("shop");
    expect(order).toEqual(["drained: registered false", "alive true"]);
    expect(isAlive(pid)).toBe(false);
    const told = of.facts
      .filter((fact) => "instance" in fact && fact.instance === "shop-1")
      .map((fact) => (fact.kind === "instance-phase-changed" ? fact.phase : fact.kind));
    expect(told.slice(-4)).toEqual(["draining", "lease-ended", "stopped", "instance-removed"]);
  });

  test("kills an instance whose lease then runs out by itself, and leaves it dead", async () => {
    const of = await supervise(scope, root, { leaseTtlMs: SHORT_LEASE_MS });
    await of.define("shop", { ...synthetic, instances: 2 });
    const instance = of.supervisor.instance("shop-1");
    const ended = of.next("lease-ended");
    await instance?.kill();
    expect(of.registry.find("shop-1")).toBeDefined();
    expect(of.state().instances["shop-1"]).toMatchObject({
      phase: "killed",
      exit: "killed by SIGKILL",
    });
    expect(await ended).toMatchObject({ instance: "shop-1", because: "expired" });
    expect(idsOf(of)).toEqual(["shop-2"]);
    expect(instance?.phase).toBe("killed");
    await instance?.restart();
    expect(idsOf(of)).toEqual(["shop-1", "shop-2"]);
    expect(of.state().instances["shop-1"]).toMatchObject({ phase: "running" });
  });

  test.runIf(CAN_FREEZE)(
    "lets a frozen instance lose its lease, and get one when thawed",
    async () => {
      const of = await supervise(scope, root, { leaseTtlMs: SHORT_LEASE_MS });
      await of.define("shop", { ...synthetic, instances: 1 });
      const instance = of.supervisor.instance("shop-1");
      const ended = of.next("lease-ended");
      instance?.freeze();
      expect(of.state().instances["shop-1"]?.phase).toBe("frozen");
      expect(await ended).toMatchObject({ because: "expired" });
      expect(idsOf(of)).toEqual([]);
      const granted = of.next("lease-granted");
      instance?.thaw();
      await granted;
      expect(idsOf(of)).toEqual(["shop-1"]);
      expect(of.state().instances["shop-1"]?.phase).toBe("running");
    },
  );

  test.runIf(CAN_FREEZE)("stops also what is frozen", async () => {
    const of = await supervise(scope, root);
    await of.define("shop", { ...synthetic, instances: 1 });
    const [pid = 0] = pidsOf(of, "shop");
    of.supervisor.instance("shop-1")?.freeze();
    await of.supervisor.stopAll();
    expect(isAlive(pid)).toBe(false);
  });

  test("lets a function that hangs lose its lease", async () => {
    const of = await supervise(scope, root, { leaseTtlMs: SHORT_LEASE_MS });
    await of.define("shop", { function: "plain.ts#hangs", instances: 1 });
    const ended = of.next("lease-ended");
    const answer = call(of, "shop-1").catch((error: unknown) => error);
    expect(await ended).toMatchObject({ instance: "shop-1", because: "expired" });
    expect(of.state().instances["shop-1"]?.phase).toBe("running");
    await of.supervisor.instance("shop-1")?.kill();
    await answer;
  });

  test("starts a crashed instance again, and says so as long as it is down", async () => {
    const of = await supervise(scope, root);
    await of.define("shop", { function: "plain.ts#exits", instances: 1 });
    const found = of.next("problem-found");
    const started = of.next("instance-started");
    await call(of, "shop-1").catch((error: unknown) => error);
    expect((await found).problem).toMatchObject({
      key: "instance:shop-1",
      service: "shop",
      message: "shop-1 exited with code 3; it is started again in 1s.",
    });
    expect(of.state().instances["shop-1"]).toMatchObject({
      phase: "crashed",
      exit: "exited with code 3",
    });
    await started;
    expect(
      await until(() => Object.keys(of.state().problems).length === 0, { timeoutMs: 5000 }),
    ).toBe(true);
  });

  test("kills everything when its scope ends", async () => {
    const own = new Scope();
    const of = await supervise(own, root);
    await of.define("shop", { ...synthetic, instances: 2 });
    const pids = pidsOf(of, "shop");
    if (CAN_FREEZE) of.supervisor.instance("shop-1")?.freeze();
    await own.dispose();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });
});

describe("a service that cannot start", () => {
  test.each([
    ["broken.ts#checkout", "broken.ts does not compile", "broken.ts"],
    ["plain.ts#nope", 'plain.ts has no export "nope"', "plain.ts"],
    ["throws-at-start.ts#checkout", "no database", "throws-at-start.ts"],
  ])("%s is a problem with a place, and the others go on", async (reference, message, file) => {
    const of = await supervise(scope, root);
    const [bad, good] = await Promise.all([
      of.define("bad", { function: reference, instances: 2 }),
      of.define("good", { ...synthetic, instances: 1 }),
    ]);
    expect(bad).toEqual({ ok: false });
    expect(good).toEqual({ ok: true });
    expect(idsOf(of)).toEqual(["good-1"]);
    expect(Object.keys(of.state().problems)).toEqual(["service:bad"]);
    expect(of.state().problems["service:bad"]).toMatchObject({
      service: "bad",
      message: expect.stringContaining(message) as string,
      location: { file: join(root, file) },
    });
  });

  test("is tried again when it ended before it served", async () => {
    const of = await supervise(scope, root);
    expect(
      await of.define("bad", { function: "exits-at-start.ts#checkout", instances: 1 }),
    ).toEqual({
      ok: false,
    });
    expect(of.state().problems["service:bad"]?.message).toBe(
      "bad-1 exited with code 7 before it served; it is started again in 1s.",
    );
    const again = await of.next("problem-found");
    expect(again.problem.message).toContain("started again in 2s");
  });

  test("can be removed while it hangs at the top of its file", async () => {
    const of = await supervise(scope, root);
    const defined = of.define("bad", { function: "hangs-at-start.ts#checkout", instances: 1 });
    expect(await until(() => pidsOf(of, "bad").some((pid) => pid > 0), { timeoutMs: 10_000 })).toBe(
      true,
    );
    const [pid = 0] = pidsOf(of, "bad");
    await of.supervisor.stopAll();
    expect(await defined).toEqual({ ok: false });
    expect(isAlive(pid)).toBe(false);
    expect(of.state().instances).toEqual({});
  });

  test("can be stopped at any moment of its start", async () => {
    const of = await supervise(scope, root);
    const defined = of.define("shop", { function: "plain.ts#echo", instances: 2 });
    await of.next("instance-created");
    await of.supervisor.stopAll();
    await defined;
    expect(of.state().instances).toEqual({});
    expect(idsOf(of)).toEqual([]);
  });

  test("starts as soon as its file is mended", async () => {
    const of = await supervise(scope, root);
    await of.define("bad", { function: "broken.ts#checkout", instances: 1 });
    expect(idsOf(of)).toEqual([]);
    const granted = of.next("lease-granted");
    await writeFile(join(root, "broken.ts"), "export const checkout = () => 1;\n");
    await granted;
    expect(
      await until(() => Object.keys(of.state().problems).length === 0, { timeoutMs: 5000 }),
    ).toBe(true);
  });
});

describe("hot reload", () => {
  const version = (text: string) => `export const answer: string = "${text}";\n`;

  async function start(): Promise<Supervision> {
    await writeFile(join(root, "answer.ts"), version("one"));
    await writeFile(
      join(root, "versioned.ts"),
      'import { answer } from "./answer";\nexport const versioned = () => answer;\n',
    );
    const of = await supervise(scope, root);
    await of.define("shop", { function: "versioned.ts#versioned", instances: 2 });
    expect(await call(of, "shop-1")).toMatchObject({ text: '"one"' });
    return of;
  }

  test("exchanges instances one by one when an imported file changes; somebody always serves", async () => {
    const of = await start();
    const before = pidsOf(of, "shop");
    let fewest = Infinity;
    let removed = 0;
    const watching = new Scope();
    scope.add(() => watching.dispose());
    await of.registry.watch(
      {
        put: () => undefined,
        deleted: () => {
          fewest = Math.min(fewest, of.registry.records.length);
          removed++;
        },
        revised: () => undefined,
        failed: () => undefined,
      },
      watching,
    );
    await writeFile(join(root, "answer.ts"), version("two"));
    expect(await until(() => removed === 2, { timeoutMs: 20_000 })).toBe(true);
    expect(fewest).toBe(2);
    const answers = of.registry.records.map(({ instance }) => call(of, instance));
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(['"two"', '"two"']);
    expect(await until(() => !before.some(isAlive), { timeoutMs: 10_000 })).toBe(true);
  });

  test("keeps the old instances while the new code does not compile", async () => {
    const of = await start();
    const found = of.next("problem-found");
    const path = join(root, "answer.ts");
    await writeFile(path, "export const answer = ;\n");
    expect((await found).problem).toMatchObject({
      key: "service:shop",
      location: { file: path, line: 1 },
    });
    expect(await call(of, "shop-1")).toMatchObject({ text: '"one"' });
    const solved = of.next("problem-solved");
    await writeFile(path, version("three"));
    expect(await solved).toMatchObject({ key: "service:shop" });
    const current = async () => {
      // Nobody drains here as the gateway does: a call may hit an instance that is leaving.
      const answers = of.registry.records.map(({ instance }) =>
        call(of, instance).catch(() => ({ text: "broken off" })),
      );
      return (await Promise.all(answers)).every(({ text }) => text === '"three"');
    };
    expect(await until(current, { timeoutMs: 10_000 })).toBe(true);
  });

  test("keeps the old instances when new ones fail to start, or do not become healthy", async () => {
    const of = await start();
    const found = of.next("problem-found");
    const path = join(root, "answer.ts");
    await writeFile(path, `${await readFile(path, "utf8")}throw new Error("no database");\n`);
    expect((await found).problem).toMatchObject({
      key: "service:shop",
      message: expect.stringContaining("no database") as string,
      location: { file: path, line: 2 },
    });
    expect(await of.supervisor.reload("shop")).toEqual({ ok: false });
    expect(idsOf(of)).toEqual(["shop-1", "shop-2"]);
    expect(await call(of, "shop-2")).toMatchObject({ text: '"one"' });
  });

  test("a new definition exchanges instances too", async () => {
    const of = await start();
    await of.define("shop", { ...synthetic, instances: 1 });
    expect(of.registry.records).toHaveLength(1);
    const [record] = of.registry.records;
    expect(of.state().instances[record?.instance ?? ""]?.runtime).toBe("synthetic");
  });
});
