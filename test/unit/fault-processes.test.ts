import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Injector } from "../../simulator/faults/injector.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { CAN_FREEZE } from "../../simulator/kernel/process-tree.ts";
import { systemRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { isAlive } from "../support/processes.ts";
import { FUNCTIONS } from "../support/runtime-harness.ts";
import { supervise } from "../support/supervision.ts";
import { until } from "../support/until.ts";

let scope: Scope;
beforeAll(buildPrograms);
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

/** A service of one real process, and an injector of faults into it. */
async function start(leaseTtlMs = 10_000) {
  const of = await supervise(scope, FUNCTIONS, { leaseTtlMs });
  const injector = new Injector({
    log: new EventLog(systemClock),
    clock: systemClock,
    random: systemRandom,
    platform: process.platform,
    scope,
    services: () => ["shop"],
    subjects: (target) => of.supervisor.meantBy(target),
  });
  await of.define("shop", { synthetic: { latency: "0ms" }, instances: 1 });
  const instance = () => of.state().instances["shop-1"];
  const eventually = async (condition: () => boolean) =>
    expect(await until(condition, { timeoutMs: 15_000, everyMs: 5 })).toBe(true);
  return { of, injector, instance, eventually };
}

const target = { instance: "shop-1" };

describe("a real process", () => {
  test("in a crash loop crashes after each start, and runs again when it is taken back", async () => {
    const { of, injector, instance, eventually } = await start(2000);
    const first = of.supervisor.instance("shop-1")?.pid ?? 0;
    const { id } = injector.inject(target, { kind: "crash-loop", everyMs: 100 });
    const exits = () =>
      of.facts.filter((fact) => fact.kind === "instance-phase-changed" && fact.phase === "crashed");
    await eventually(() => exits().length === 2);
    expect(isAlive(first)).toBe(false);
    expect(instance()).toMatchObject({ phase: "crashed", exit: "killed by SIGKILL" });
    expect(Object.values(of.state().problems)).toMatchObject([
      { message: expect.stringContaining("it is started again in 2s") as string },
    ]);
    await injector.clear([id]);
    expect(instance()?.phase).toBe("running");
    expect(of.registry.find("shop-1")).toBeDefined();
    expect(of.state().problems).toEqual({});
    // Its first beat comes later than the loop let it live.
    await of.next("lease-renewed");
    expect(exits()).toHaveLength(2);
  });

  test("that loses its lease runs on unregistered, and registers again", async () => {
    const { of, injector, instance, eventually } = await start(2000);
    const { pid } = of.supervisor.instance("shop-1") ?? {};
    const lease = instance()?.lease?.id;
    const { id } = injector.inject(target, { kind: "lose-lease" });
    await eventually(() => of.registry.find("shop-1") === undefined);
    expect(of.facts.at(-1)).toMatchObject({ kind: "lease-ended", because: "expired" });
    expect(instance()).toMatchObject({ phase: "running", pid });
    await injector.clear([id]);
    await eventually(() => of.registry.find("shop-1") !== undefined);
    expect(instance()).toMatchObject({ phase: "running", pid });
    expect(instance()?.lease?.id).not.toBe(lease);
    // It is kept alive again.
    await of.next("lease-renewed");
  });

  test("keeps losing its lease when it is started again meanwhile", async () => {
    const { of, injector, eventually } = await start(1000);
    injector.inject(target, { kind: "lose-lease" });
    await of.supervisor.instance("shop-1")?.restart();
    expect(of.registry.find("shop-1")).toBeDefined();
    await eventually(() => of.registry.find("shop-1") === undefined);
  });

  test("that is killed for a time is started again afterwards", async () => {
    const { injector, instance, eventually } = await start();
    injector.inject(target, { kind: "kill" }, { delayMs: 20, durationMs: 200 });
    await eventually(() => instance()?.phase === "killed");
    await eventually(() => instance()?.phase === "running");
  });

  test.runIf(CAN_FREEZE)("is frozen and thawed", async () => {
    const { injector, instance, eventually } = await start();
    const { id } = injector.inject(target, { kind: "freeze" });
    expect(instance()?.phase).toBe("frozen");
    await injector.clear([id]);
    await eventually(() => instance()?.phase === "running");
  });

  test("is over with everything that a fault has begun when the scope ends", async () => {
    const { of, injector } = await start();
    injector.inject({ service: "shop" }, { kind: "crash-loop", everyMs: 60_000 });
    injector.inject({ service: "shop" }, { kind: "lose-lease" });
    const pid = of.supervisor.instance("shop-1")?.pid ?? 0;
    await scope.dispose();
    expect(isAlive(pid)).toBe(false);
  });
});
