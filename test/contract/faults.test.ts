import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WireError } from "../../simulator/call/contract.ts";
import type { FaultSubject } from "../../simulator/faults/contract.ts";
import { faultKindOf, faultKinds } from "../../simulator/faults/index.ts";
import { Injector } from "../../simulator/faults/injector.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import {
  FaultSpec,
  FAULTS,
  type FaultTarget,
  PROCESS_FAULTS,
} from "../../simulator/protocol/model.ts";
import { fakeClock } from "../support/guarded-call.ts";

let scope: Scope;
beforeEach(() => {
  vi.useFakeTimers();
  scope = new Scope();
});
afterEach(async () => {
  await scope.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** A process that only says what is done to it. */
class Subject implements FaultSubject {
  readonly id: string;
  readonly done: string[] = [];
  /** Lets a restart end; without it one ends at once. */
  restarted: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }

  kill(): Promise<void> {
    this.done.push("kill");
    return Promise.resolve();
  }

  freeze(): void {
    this.done.push("freeze");
  }

  thaw(): void {
    this.done.push("thaw");
  }

  restart(): Promise<void> {
    this.done.push("restart");
    return this.restarted;
  }
}

function start(platform: NodeJS.Platform = "linux") {
  const facts: Fact[] = [];
  const log = new EventLog(fakeClock);
  log.subscribe((fact) => facts.push(fact));
  const subjects = ["cart-1", "cart-2"].map((id) => new Subject(id));
  const injector = new Injector({
    log,
    clock: fakeClock,
    random: seededRandom(1),
    platform,
    scope,
    subjects: (target: FaultTarget) =>
      subjects.filter(({ id }) =>
        "instance" in target ? id === target.instance : target.service === "cart",
      ),
  });
  const told = () =>
    facts.map((fact) => (fact.kind === "fault-cleared" ? `cleared: ${fact.because}` : fact.kind));
  const [first, second] = subjects as [Subject, Subject];
  return { injector, facts, told, first, second, subjects };
}

const never = new AbortController().signal;

/** What a fault does to an attempt at the instance: in one word. */
function touch(injector: Injector, instance = "cart-1"): string {
  try {
    const passage = injector.pass(instance);
    if (!passage) return "nothing";
    return passage.status === undefined ? "holds" : `answers ${String(passage.status)}`;
  } catch (error) {
    if (error instanceof WireError) return "refuses";
    throw error;
  }
}

/** For each fault: settings, what it does to the process and to the wire, and what taking it back does. */
const faults: { fault: FaultSpec; does: string[]; wire: string; takenBack: string[] }[] = [
  { fault: { kind: "kill" }, does: ["kill"], wire: "nothing", takenBack: ["kill", "restart"] },
  { fault: { kind: "freeze" }, does: ["freeze"], wire: "nothing", takenBack: ["freeze", "thaw"] },
  { fault: { kind: "restart" }, does: ["restart"], wire: "nothing", takenBack: ["restart"] },
  { fault: { kind: "latency", ms: 100, jitterMs: 0 }, does: [], wire: "holds", takenBack: [] },
  {
    fault: { kind: "error-rate", rate: 1, status: 503 },
    does: [],
    wire: "answers 503",
    takenBack: [],
  },
  { fault: { kind: "refuse-connections" }, does: [], wire: "refuses", takenBack: [] },
];

it("there is one kind for every fault of the protocol, and each is tested here", () => {
  expect(faultKinds.map(({ id }) => id)).toEqual([...FAULTS]);
  expect(faults.map(({ fault }) => fault.kind)).toEqual([...FAULTS]);
  const onProcesses = faultKinds.filter(({ reach }) => reach === "process");
  expect(onProcesses.map(({ id }) => id)).toEqual(PROCESS_FAULTS);
  for (const { fault } of faults) expect(FaultSpec.parse(fault)).toEqual(fault);
});

describe.each(faults.map((each) => [each.fault.kind, each] as const))("%s", (id, each) => {
  const kind = faultKindOf(each.fault);
  const target = { instance: "cart-1" };

  it("has a label, and is there on every platform that can do it", () => {
    expect(kind.label).toMatch(/^[A-Z]/);
    expect(kind.available("linux") && kind.available("darwin")).toBe(true);
    expect(kind.available("win32")).toBe(id !== "freeze");
  });

  it("begins at once, on its target only", () => {
    const { injector, facts, first, second } = start();
    first.restarted = new Promise(() => undefined);
    const active = injector.inject(target, each.fault);
    expect(facts).toMatchObject([{ kind: "fault-injected", active }]);
    expect(active).toEqual({ id: active.id, target, fault: each.fault, since: Date.now() });
    expect([first.done, second.done]).toEqual([each.does, []]);
    expect([touch(injector), touch(injector, "cart-2")]).toEqual([each.wire, "nothing"]);
  });

  it("works on every instance of a service", () => {
    const { injector, subjects } = start();
    for (const subject of subjects) subject.restarted = new Promise(() => undefined);
    injector.inject({ service: "cart" }, each.fault);
    expect(subjects.map(({ done }) => done)).toEqual([each.does, each.does]);
    expect([touch(injector), touch(injector, "cart-2")]).toEqual([each.wire, each.wire]);
  });

  it("is taken back when asked, once", async () => {
    const { injector, told, first } = start();
    const { id: fault } = injector.inject(target, each.fault);
    await injector.clear(fault);
    expect(first.done).toEqual(each.takenBack);
    expect(touch(injector)).toBe("nothing");
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
    await expect(injector.clear(fault)).rejects.toMatchObject({ code: "unknown-fault" });
  });

  it("is taken back by itself after its duration", async () => {
    const { injector, told, first } = start();
    first.restarted = new Promise((resolve) => setTimeout(resolve, 50));
    const active = injector.inject(target, each.fault, 2000);
    expect(active.until).toBe(Date.now() + 2000);
    await vi.advanceTimersByTimeAsync(1999);
    if (id !== "restart") expect(told()).toEqual(["fault-injected"]);
    await vi.advanceTimersByTimeAsync(51);
    expect(told()).toEqual(["fault-injected", "cleared: expired"]);
    expect(first.done).toEqual(each.takenBack);
    expect(touch(injector)).toBe("nothing");
  });

  it("is not taken back twice when it is cleared before its duration is over", async () => {
    const { injector, told, first } = start();
    injector.inject(target, each.fault, 2000);
    await injector.clear();
    await vi.advanceTimersByTimeAsync(5000);
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
    expect(first.done).toEqual(each.takenBack);
  });

  it("is over when its target is gone", async () => {
    const { injector, told, first } = start();
    first.restarted = new Promise(() => undefined);
    injector.inject(target, each.fault, 2000);
    injector.forget("cart-1");
    await vi.advanceTimersByTimeAsync(5000);
    expect(told()).toEqual(["fault-injected", "cleared: target-gone"]);
    expect(first.done).toEqual(each.does);
    expect(touch(injector)).toBe("nothing");
  });

  it("stays on the others of a service when one of them is gone", async () => {
    const { injector, told, second } = start();
    second.restarted = new Promise((resolve) => setTimeout(resolve, 50));
    const { id: fault } = injector.inject({ service: "cart" }, each.fault);
    injector.forget("cart-1");
    expect([touch(injector), touch(injector, "cart-2")]).toEqual(["nothing", each.wire]);
    const cleared = injector.clear(fault);
    await vi.advanceTimersByTimeAsync(50);
    await cleared;
    expect(second.done).toEqual(each.takenBack);
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
  });

  it("hits an instance that comes later, when it works on the wire of the whole service", () => {
    const { injector } = start();
    const late = new Subject("cart-3");
    injector.inject({ service: "cart" }, each.fault);
    injector.adopt(late, "cart");
    injector.adopt(new Subject("other-1"), "other");
    expect(late.done).toEqual([]);
    expect(touch(injector, "cart-3")).toBe(each.wire);
    expect(touch(injector, "other-1")).toBe("nothing");
  });

  it("ends with the cluster, and leaves no timer", async () => {
    const { injector } = start();
    injector.inject(target, each.fault, 60_000);
    await scope.dispose();
    expect(touch(injector)).toBe("nothing");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("faults", () => {
  it("are refused for a target that is not there, and on a platform that cannot", () => {
    const { injector, facts } = start("win32");
    expect(() => injector.inject({ instance: "cart-9" }, { kind: "kill" })).toThrow(
      'There is no instance of "cart-9" to work on.',
    );
    expect(() => injector.inject({ instance: "cart-1" }, { kind: "freeze" })).toThrow(
      '"Freeze" is not available on win32.',
    );
    expect(facts).toEqual([]);
  });

  it("work on a process once at a time, and on the wire as often as they are asked", async () => {
    const { injector, first, second } = start();
    injector.inject({ instance: "cart-1" }, { kind: "freeze" });
    expect(() => injector.inject({ instance: "cart-1" }, { kind: "freeze" })).toThrow(
      '"Freeze" is at work on "cart-1" already; clear it first.',
    );
    // Of the whole service those that are not frozen yet are.
    const { id } = injector.inject({ service: "cart" }, { kind: "freeze" });
    await injector.clear(id);
    expect([first.done, second.done]).toEqual([["freeze"], ["freeze", "thaw"]]);
    injector.inject({ instance: "cart-1" }, { kind: "latency", ms: 5, jitterMs: 0 });
    injector.inject({ instance: "cart-1" }, { kind: "latency", ms: 7, jitterMs: 0 });
    const passage = injector.pass("cart-1");
    expect(passage?.kinds).toEqual(["latency", "latency"]);
    let over = false;
    void passage?.hold?.(never).then(() => (over = true));
    await vi.advanceTimersByTimeAsync(11);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(over).toBe(true);
  });

  it("on the wire work together: latency before the answer of an error rate", () => {
    const { injector } = start();
    injector.inject({ instance: "cart-1" }, { kind: "latency", ms: 5, jitterMs: 0 });
    injector.inject({ service: "cart" }, { kind: "error-rate", rate: 1, status: 500 });
    expect(injector.pass("cart-1")).toMatchObject({
      kinds: ["latency", "error-rate"],
      status: 500,
      hold: expect.any(Function) as unknown,
    });
    expect(injector.pass("cart-2")?.kinds).toEqual(["error-rate"]);
  });

  it("of an error rate touch that share of the attempts", () => {
    const { injector } = start();
    injector.inject({ instance: "cart-1" }, { kind: "error-rate", rate: 0.25, status: 503 });
    const touched = Array.from({ length: 4000 }, () => touch(injector)).filter(
      (word) => word === "answers 503",
    );
    expect(touched.length / 4000).toBeCloseTo(0.25, 1);
  });

  it("of latency hold for ms ± jitter, and not at all once nobody waits", async () => {
    const { injector } = start();
    injector.inject({ instance: "cart-1" }, { kind: "latency", ms: 100, jitterMs: 40 });
    const held: number[] = [];
    for (let i = 0; i < 50; i++) {
      const startedAt = Date.now();
      const hold = injector.pass("cart-1")?.hold?.(never);
      await vi.advanceTimersToNextTimerAsync();
      await hold;
      held.push(Date.now() - startedAt);
    }
    expect(Math.min(...held)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...held)).toBeLessThanOrEqual(140);
    expect(new Set(held).size).toBeGreaterThan(10);
    const controller = new AbortController();
    const hold = injector.pass("cart-1")?.hold?.(controller.signal);
    controller.abort(new Error("gone"));
    await expect(hold).rejects.toThrow("gone");
  });

  it("hit health checks where a real one would", async () => {
    const { injector } = start();
    const check = () => injector.passCheck("cart-1", never);
    await check();
    const errorRate = injector.inject(
      { instance: "cart-1" },
      { kind: "error-rate", rate: 1, status: 503 },
    );
    // The function is not asked, but the process is well.
    await check();
    await injector.clear(errorRate.id);
    injector.inject({ instance: "cart-1" }, { kind: "refuse-connections" });
    await expect(check()).rejects.toThrow("cart-1 refused the connection (injected fault).");
    await injector.passCheck("cart-2", never);
  });

  it("on one process are taken back without freeing the rest of the service", async () => {
    const { injector, told, first, second } = start();
    injector.inject({ service: "cart" }, { kind: "freeze" });
    injector.inject({ service: "cart" }, { kind: "latency", ms: 5, jitterMs: 0 });
    expect(await injector.clearProcessFaults("cart-1")).toBe(true);
    expect([first.done, second.done]).toEqual([["freeze", "thaw"], ["freeze"]]);
    expect(await injector.clearProcessFaults("cart-1")).toBe(false);
    expect(await injector.clearProcessFaults("cart-2")).toBe(true);
    expect(told()).toEqual(["fault-injected", "fault-injected", "cleared: asked"]);
    expect(touch(injector)).toBe("holds");
  });

  it("are all cleared together", async () => {
    const { injector, told } = start();
    for (const { fault } of faults) injector.inject({ service: "cart" }, fault);
    await injector.clear();
    expect(touch(injector)).toBe("nothing");
    expect(told().filter((word) => word === "fault-injected")).toHaveLength(faults.length);
    expect(told().filter((word) => word.startsWith("cleared"))).toHaveLength(faults.length);
    await injector.clear();
  });

  it("that cannot begin are taken back and told to who asked", async () => {
    const { injector, told, first, second } = start();
    second.freeze = () => {
      throw new Error("ESRCH");
    };
    expect(() => injector.inject({ service: "cart" }, { kind: "freeze" })).toThrow("ESRCH");
    await vi.advanceTimersByTimeAsync(0);
    expect(first.done).toEqual(["freeze", "thaw"]);
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
  });

  it("that do not take hold, or cannot be taken back, are problems and no crash", async () => {
    const { injector, facts, first, second } = start();
    first.kill = () => Promise.reject(new Error("EPERM"));
    second.restart = () => Promise.reject(new Error("no such file"));
    injector.inject({ instance: "cart-1" }, { kind: "kill" });
    const { id } = injector.inject({ instance: "cart-2" }, { kind: "kill" });
    await vi.advanceTimersByTimeAsync(0);
    await injector.clear(id);
    const problems = facts.flatMap((fact) =>
      fact.kind === "problem-found" ? fact.problem.message : [],
    );
    expect(problems).toEqual([
      'The fault "kill" did not take hold of cart-1: EPERM',
      'The fault "kill" could not be taken back: no such file',
    ]);
    expect(facts.at(-1)).toMatchObject({ kind: "fault-cleared", id });
  });
});
