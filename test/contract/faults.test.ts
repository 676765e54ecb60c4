import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FaultSubject } from "../../simulator/faults/contract.ts";
import { faultKindOf, faultKinds } from "../../simulator/faults/index.ts";
import { Injector } from "../../simulator/faults/injector.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { EDGE_FAULTS, FAULT_TITLES } from "../../simulator/protocol/fault-titles.ts";
import {
  FaultConditions,
  FaultSpec,
  FAULTS,
  type FaultTarget,
  PROCESS_FAULTS,
} from "../../simulator/protocol/model.ts";
import { FaultyExchange, type TestedAttempt } from "../support/faulty-exchange.ts";
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
  readonly serving = new Set<() => void>();
  external = false;
  /** Lets a restart end; without it one ends at once. */
  restarted: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.id = id;
  }

  kill(): Promise<void> {
    this.done.push("kill");
    return Promise.resolve();
  }

  crash(): Promise<void> {
    this.done.push("crash");
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

  revive(): Promise<void> {
    this.done.push("revive");
    return Promise.resolve();
  }

  onServing(listener: () => void): () => void {
    this.serving.add(listener);
    listener();
    return () => this.serving.delete(listener);
  }

  loseLease(): void {
    this.done.push("lose lease");
  }

  regainLease(): void {
    this.done.push("regain lease");
  }
}

function start(platform: NodeJS.Platform = "linux") {
  const facts: Fact[] = [];
  const log = new EventLog(fakeClock);
  log.subscribe((fact) => facts.push(structuredClone(fact)));
  const subjects = ["cart-1", "cart-2"].map((id) => new Subject(id));
  const injector = new Injector({
    log,
    clock: fakeClock,
    random: seededRandom(1),
    platform,
    scope,
    services: () => ["cart", "shop"],
    subjects: (target: FaultTarget) =>
      subjects.filter(({ id }) =>
        "instance" in target
          ? id === target.instance
          : "service" in target && target.service === "cart",
      ),
  });
  const told = () =>
    facts
      .filter(({ kind }) => kind !== "fault-counted")
      .map((fact) => (fact.kind === "fault-cleared" ? `cleared: ${fact.because}` : fact.kind));
  const [first, second] = subjects as [Subject, Subject];
  return { injector, facts, told, first, second, subjects };
}

const never = new AbortController().signal;
const constant = (ms: number): FaultSpec => ({
  kind: "latency",
  latency: { kind: "constant", ms },
});

/** Sends an attempt on its way and gives it time; longer than every fault but those without end. */
async function attempt(injector: Injector, change: TestedAttempt = {}): Promise<FaultyExchange> {
  const exchange = new FaultyExchange(injector, change);
  await vi.advanceTimersByTimeAsync(PATIENCE_MS);
  return exchange;
}
const PATIENCE_MS = 200;

/** What a fault does to an attempt, in a word. */
async function touch(injector: Injector, change: TestedAttempt = {}): Promise<string> {
  const exchange = await attempt(injector, change);
  const { word, faults } = exchange;
  exchange.giveUp();
  await vi.advanceTimersByTimeAsync(0);
  return faults.length === 0 ? "untouched" : word;
}

/** How each fault looks from outside. */
interface Expected {
  readonly fault: FaultSpec;
  /** What it does to the process at once, and what besides when it is taken back. */
  readonly does?: readonly string[];
  readonly back?: readonly string[];
  /** What the caller sees; absent: the wire is as ever. */
  readonly wire?: string;
  /** The same for a body that comes in pieces. */
  readonly streamed?: string;
  /** Whether the request went out, and whether the instance got it. */
  readonly sent?: boolean;
  readonly asked?: boolean;
  /** What an HTTP check and a TCP check see. */
  readonly checks?: readonly [http: string, tcp: string];
}

const faults: readonly Expected[] = [
  {
    fault: { kind: "latency", latency: { kind: "normal", mean: 100, deviation: 10 } },
    ...{ wire: "200", sent: true, asked: true, checks: ["late", "passes"] },
  },
  { fault: { kind: "status", status: 503 }, wire: "503" },
  { fault: { kind: "script", script: "1000000 x 429", repeat: true }, wire: "429" },
  { fault: { kind: "refuse-connections" }, wire: "refused", checks: ["fails", "fails"] },
  { fault: { kind: "reset" }, wire: "broken", sent: true, checks: ["fails", "passes"] },
  { fault: { kind: "no-answer" }, wire: "silent", sent: true, checks: ["silent", "passes"] },
  { fault: { kind: "abort-before-head" }, wire: "broken", sent: true, asked: true },
  {
    fault: { kind: "abort-after-head" },
    ...{ wire: "broken", streamed: "cut", sent: true, asked: true },
  },
  { fault: { kind: "slow-body", bytesPerSecond: 1000 }, wire: "200", sent: true, asked: true },
  {
    fault: { kind: "truncated-body", bytes: 3 },
    ...{ wire: "broken", streamed: "cut", sent: true, asked: true },
  },
  { fault: { kind: "partition" }, wire: "silent" },
  { fault: { kind: "kill" }, does: ["kill"], back: ["restart"] },
  { fault: { kind: "freeze" }, does: ["freeze"], back: ["thaw"] },
  { fault: { kind: "restart" }, does: ["restart"] },
  { fault: { kind: "crash-loop", everyMs: 60_000 }, back: ["revive"] },
  { fault: { kind: "lose-lease" }, does: ["lose lease"], back: ["regain lease"] },
];

const EDGE = { from: "shop", to: "cart" };
const FROM_SHOP = { caller: { kind: "instance", instance: "shop-1", service: "shop" } } as const;

it("there is one kind for every fault of the protocol, and each is tested here", () => {
  expect(faultKinds.map(({ id }) => id)).toEqual([...FAULTS]);
  expect(faults.map(({ fault }) => fault.kind)).toEqual([...FAULTS]);
  const onProcesses = faultKinds.filter(({ reach }) => reach === "process");
  expect(onProcesses.map(({ id }) => id)).toEqual(PROCESS_FAULTS);
  const onWire = faultKinds.filter(({ reach }) => reach === "wire");
  expect(onWire.map(({ id }) => id)).toEqual(EDGE_FAULTS);
  for (const { fault } of faults) expect(FaultSpec.parse(fault)).toEqual(fault);
});

describe.each(faults.map((each) => [each.fault.kind, each] as const))("%s", (id, each) => {
  const { fault, does = [], back = [], wire = "untouched" } = each;
  const kind = faultKindOf(fault);
  const { label } = FAULT_TITLES[id];
  const isEdge = kind.reach === "wire" && kind.betweenServices === true;
  const target: FaultTarget = isEdge ? EDGE : { instance: "cart-1" };
  /** The attempt that it touches. */
  const via: TestedAttempt = isEdge ? FROM_SHOP : {};

  it("is there on every platform that can do it", () => {
    expect(kind.available("linux") && kind.available("darwin")).toBe(true);
    expect(kind.available("win32")).toBe(id !== "freeze");
  });

  it("begins at once, on its target only", async () => {
    const { injector, facts, first, second } = start();
    first.restarted = new Promise(() => undefined);
    const since = Date.now();
    const active = injector.inject(target, fault);
    expect(facts).toMatchObject([{ kind: "fault-injected", active }]);
    expect(active).toEqual({ id: active.id, target, fault, since, touched: 0 });
    expect([first.done, second.done]).toEqual([does, []]);
    expect(await touch(injector, via)).toBe(wire);
    if (!isEdge) expect(await touch(injector, { instance: "cart-2" })).toBe("untouched");
  });

  it("looks to the caller, and to the instance, like the real thing", async () => {
    const { injector, first } = start();
    first.restarted = new Promise(() => undefined);
    injector.inject(target, fault);
    const small = await attempt(injector, via);
    const { sent = wire === "untouched", asked = sent && wire === "untouched" } = each;
    expect({ sent: small.sent, asked: small.asked }).toEqual({ sent, asked });
    if (small.error) {
      expect(small.error.message).toMatch(
        /^cart-1 (refused the connection|broke the connection off)\.$/,
      );
    }
    const streamed = await attempt(injector, { ...via, body: ["he", "llo ", "world"] });
    const expected = each.streamed ?? (wire === "untouched" ? "200" : wire);
    expect(streamed.word).toBe(expected);
    if (expected === "200") expect(streamed.body).toBe("hello world");
    if (id === "truncated-body") expect(streamed.body).toBe("hel");
    if (id === "abort-after-head") expect(streamed.body).toBe("");
    small.giveUp();
    streamed.giveUp();
  });

  it("counts what it touches, and tells ten times a second at most", async () => {
    const { injector, facts } = start();
    const { id: injected } = injector.inject(target, fault);
    const startedAt = Date.now();
    const waiting: FaultyExchange[] = [];
    for (let i = 0; i < 50; i++) {
      waiting.push(new FaultyExchange(injector, via));
      await vi.advanceTimersByTimeAsync(10);
    }
    const counts = facts.filter((fact) => fact.kind === "fault-counted");
    if (wire === "untouched") {
      expect(counts).toEqual([]);
      return;
    }
    expect(counts.every(({ id: of }) => of === injected)).toBe(true);
    expect(counts.length).toBeGreaterThan(1);
    expect(counts.length).toBeLessThanOrEqual((Date.now() - startedAt) / 100);
    await injector.clear();
    const last = facts.findLast((fact) => fact.kind === "fault-counted");
    expect(last?.touched).toBe(50);
    expect(facts.at(-1)?.kind).toBe("fault-cleared");
    for (const exchange of waiting) {
      exchange.giveUp();
      expect(exchange.faults).toEqual([id]);
    }
  });

  it("works on every instance of a service, or says why it cannot", async () => {
    const { injector, subjects } = start();
    for (const subject of subjects) subject.restarted = new Promise(() => undefined);
    const inject = () => injector.inject({ service: "cart" }, fault);
    if (isEdge) {
      expect(inject).toThrow(`"${label}" works between two services: name the one that calls`);
      return;
    }
    inject();
    expect(subjects.map(({ done }) => done)).toEqual([does, does]);
    expect(await touch(injector)).toBe(wire);
    expect(await touch(injector, { instance: "cart-2" })).toBe(wire);
    expect(await touch(injector, { instance: "shop-1", service: "shop" })).toBe("untouched");
  });

  it("works between two services, or says why it cannot", async () => {
    const { injector } = start();
    const inject = () => injector.inject(EDGE, fault);
    if (kind.reach === "process") {
      expect(inject).toThrow(
        `"${label}" works on processes, and between shop and cart there are none`,
      );
      return;
    }
    inject();
    expect(await touch(injector, FROM_SHOP)).toBe(wire);
    expect(await touch(injector, { ...FROM_SHOP, instance: "cart-9" })).toBe(wire);
    expect(await touch(injector, { caller: { kind: "load" } })).toBe("untouched");
    expect(await touch(injector, { ...FROM_SHOP, service: "other" })).toBe("untouched");
    const backwards = {
      caller: { kind: "instance", instance: "cart-1", service: "cart" },
      ...{ service: "shop", instance: "shop-1" },
    } as const;
    expect(await touch(injector, backwards)).toBe(isEdge ? wire : "untouched");
  });

  it("is taken back when asked, once, and lets go of what waits", async () => {
    const { injector, told, first } = start();
    first.restarted = new Promise((resolve) => setTimeout(resolve, 50));
    const { id: injected } = injector.inject(target, fault);
    const waiting = new FaultyExchange(injector, via);
    await vi.advanceTimersByTimeAsync(1);
    const cleared = injector.clear([injected]);
    await vi.advanceTimersByTimeAsync(50);
    await cleared;
    expect(waiting.word).not.toBe("silent");
    expect(waiting.isHeard).toBe(false);
    expect(first.done).toEqual([...does, ...back]);
    expect(await touch(injector, via)).toBe("untouched");
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
    await injector.clear([injected]);
    expect(told()).toHaveLength(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is taken back by itself after its duration", async () => {
    const { injector, told, first } = start();
    first.restarted = new Promise((resolve) => setTimeout(resolve, 50));
    const active = injector.inject(target, fault, { durationMs: 2000 });
    expect(active.until).toBe(Date.now() + 2000);
    await vi.advanceTimersByTimeAsync(1999);
    if (id !== "restart") expect(told()).toEqual(["fault-injected"]);
    await vi.advanceTimersByTimeAsync(51);
    expect(told()).toEqual(["fault-injected", "cleared: expired"]);
    expect(first.done).toEqual([...does, ...back]);
    expect(await touch(injector, via)).toBe("untouched");
  });

  it("begins after its delay, and lasts for its duration from then on", async () => {
    const { injector, facts, told, first } = start();
    first.restarted = new Promise((resolve) => setTimeout(resolve, 50));
    const now = Date.now();
    const active = injector.inject(target, fault, { delayMs: 3000, durationMs: 2000 });
    expect(active).toMatchObject({ since: now + 3000, until: now + 5000 });
    expect(facts).toMatchObject([{ kind: "fault-injected", active }]);
    expect(await touch(injector, via)).toBe("untouched");
    await vi.advanceTimersByTimeAsync(2999 - PATIENCE_MS);
    expect(first.done).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(first.done).toEqual(does);
    expect(await touch(injector, via)).toBe(wire);
    await vi.advanceTimersByTimeAsync(2000);
    expect(told()).toEqual(["fault-injected", "cleared: expired"]);
    expect(first.done).toEqual([...does, ...back]);
  });

  it("never begins when it is cleared before its delay is over", async () => {
    const { injector, told, first } = start();
    injector.inject(target, fault, { delayMs: 3000, durationMs: 2000 });
    await injector.clear();
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(first.done).toEqual([]);
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
  });

  it("is not taken back twice when it is cleared before its duration is over", async () => {
    const { injector, told, first } = start();
    injector.inject(target, fault, { durationMs: 2000 });
    await injector.clear();
    await vi.advanceTimersByTimeAsync(5000);
    expect(told()).toEqual(["fault-injected", "cleared: asked"]);
    expect(first.done).toEqual([...does, ...back]);
  });

  it("is over when its target is gone", async () => {
    const { injector, told, first } = start();
    first.restarted = new Promise(() => undefined);
    injector.inject(target, fault, { durationMs: 2000 });
    if (isEdge) injector.forgetService("shop");
    else injector.forget("cart-1");
    expect(vi.getTimerCount()).toBe(0);
    expect(told()).toEqual(["fault-injected", "cleared: target-gone"]);
    expect(first.done).toEqual(does);
    expect(await touch(injector, via)).toBe("untouched");
  });

  it("touches the same attempts in the same way with the same seed", async () => {
    const conditions = (seed: number) => FaultConditions.parse({ probability: 0.5, seed });
    if (kind.reach === "process") {
      const { injector } = start();
      const inject = () => injector.inject(target, fault, { conditions: conditions(7) });
      expect(inject).toThrow(`"${label}" works on a process, not on single attempts`);
      return;
    }
    const play = async (seed: number, checked: boolean) => {
      const { injector } = start();
      injector.inject(target, fault, { conditions: conditions(seed) });
      const seen: string[] = [];
      for (let i = 0; i < 60; i++) {
        // Checks come whenever they come, and must not change what attempts see.
        const check = new AbortController();
        const { signal } = check;
        const asked = { instance: "cart-1", service: "cart", path: "/health" };
        const passed = checked
          ? injector.passCheck(asked, signal).catch(() => undefined)
          : undefined;
        const startedAt = Date.now();
        const exchange = await attempt(injector, via);
        const { word, faults: by, overAt = startedAt } = exchange;
        seen.push(by.length === 0 ? "-" : `${word} after ${String(overAt - startedAt)}`);
        exchange.giveUp();
        check.abort(new Error("over"));
        await passed;
      }
      return seen;
    };
    const seen = await play(7, false);
    expect(await play(7, true)).toEqual(seen);
    expect(await play(8, false)).not.toEqual(seen);
    const touched = seen.filter((word) => word !== "-").length;
    expect(touched).toBeGreaterThan(15);
    expect(touched).toBeLessThan(45);
  });

  it("hits health checks as reality would", async () => {
    const { injector, first } = start();
    first.restarted = new Promise(() => undefined);
    injector.inject(target, fault);
    const check = async (path: string | undefined) => {
      const abort = new AbortController();
      const startedAt = Date.now();
      let seen = "silent";
      injector.passCheck({ instance: "cart-1", service: "cart", path }, abort.signal).then(
        () => (seen = Date.now() > startedAt ? "late" : "passes"),
        () => (seen = "fails"),
      );
      for (let i = 0; i < PATIENCE_MS; i++) await vi.advanceTimersByTimeAsync(1);
      const found = seen;
      abort.abort(new Error("timeout"));
      await vi.advanceTimersByTimeAsync(0);
      return found;
    };
    const [http, tcp] = each.checks ?? ["passes", "passes"];
    expect([await check("/health"), await check(undefined)]).toEqual([http, tcp]);
    await injector.passCheck({ instance: "cart-2", service: "cart", path: "/health" }, never);
  });

  it("ends with the cluster, and leaves no timer and nobody waiting", async () => {
    const { injector, first } = start();
    injector.inject(target, fault, { durationMs: 60_000 });
    const waiting = [new FaultyExchange(injector, via)];
    waiting.push(new FaultyExchange(injector, { ...via, body: ["a".repeat(9999), "b"] }));
    await vi.advanceTimersByTimeAsync(1);
    await scope.dispose();
    expect(vi.getTimerCount()).toBe(0);
    expect(first.serving.size).toBe(0);
    for (const exchange of waiting) exchange.giveUp();
    await vi.advanceTimersByTimeAsync(0);
    for (const exchange of waiting) expect(exchange.isHeard).toBe(false);
    expect(await touch(injector, via)).toBe("untouched");
  });

  it("lets go of an attempt that nobody waits for any more", async () => {
    const { injector } = start();
    injector.inject(target, fault);
    const exchange = new FaultyExchange(injector, via);
    exchange.giveUp();
    await vi.advanceTimersByTimeAsync(PATIENCE_MS);
    expect(exchange.word).not.toBe("silent");
    expect(exchange.isHeard).toBe(false);
  });
});

describe("faults on processes", () => {
  it("are refused on a platform that cannot, and on programs that are not ours", () => {
    const { injector, facts, subjects } = start("win32");
    expect(() => injector.inject({ instance: "cart-1" }, { kind: "freeze" })).toThrow(
      '"Freeze" is not available on win32.',
    );
    for (const subject of subjects) subject.external = true;
    for (const fault of [{ kind: "kill" }, { kind: "lose-lease" }] as const) {
      expect(() => injector.inject({ service: "cart" }, fault)).toThrow(
        /works on a process of Fuseboard's, and "cart" is a program of yours that it did not start\. .*such as "Refuse connections"\./,
      );
    }
    expect(facts).toEqual([]);
  });

  it("work once at a time", async () => {
    const { injector, first, second } = start();
    injector.inject({ instance: "cart-1" }, { kind: "freeze" });
    expect(() => injector.inject({ instance: "cart-1" }, { kind: "freeze" })).toThrow(
      '"Freeze" is at work on "cart-1" already; clear it first.',
    );
    // Of the whole service those that are not frozen yet are.
    const { id } = injector.inject({ service: "cart" }, { kind: "freeze" });
    await injector.clear([id]);
    expect([first.done, second.done]).toEqual([["freeze"], ["freeze", "thaw"]]);
  });

  it("are taken back from one process without freeing the rest of the service", async () => {
    const { injector, told, first, second } = start();
    injector.inject({ service: "cart" }, { kind: "freeze" });
    injector.inject({ service: "cart" }, { kind: "status", status: 503 });
    expect(await injector.clearProcessFaults("cart-1")).toBe(true);
    expect([first.done, second.done]).toEqual([["freeze", "thaw"], ["freeze"]]);
    expect(await injector.clearProcessFaults("cart-1")).toBe(false);
    expect(await injector.clearProcessFaults("cart-2")).toBe(true);
    expect(told()).toEqual(["fault-injected", "fault-injected", "cleared: asked"]);
    expect(await touch(injector)).toBe("503");
  });

  it("that last go on after a restart by hand, and work on instances that come later", async () => {
    const { injector, first } = start();
    injector.inject({ service: "cart" }, { kind: "lose-lease" });
    injector.inject({ service: "cart" }, { kind: "kill" });
    expect(await injector.clearProcessFaults("cart-1")).toBe(true);
    expect(first.done).toEqual(["lose lease", "kill", "restart"]);
    const [late, other] = [new Subject("cart-3"), new Subject("other-1")];
    injector.adopt(late, "cart");
    injector.adopt(other, "other");
    expect([late.done, other.done]).toEqual([["lose lease"], []]);
    // Before its time a fault adopts nobody; it finds whoever is there by then.
    injector.inject({ service: "cart" }, { kind: "crash-loop", everyMs: 100 }, { delayMs: 50 });
    injector.adopt(late, "cart");
    expect(late.serving.size).toBe(0);
    await vi.advanceTimersByTimeAsync(50);
    expect(first.serving.size).toBe(1);
  });

  it("crash a process each time that it has run for so long", async () => {
    const { injector, first } = start();
    const target = { instance: "cart-1" };
    const { id } = injector.inject(target, { kind: "crash-loop", everyMs: 1000 });
    await vi.advanceTimersByTimeAsync(999);
    expect(first.done).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(first.done).toEqual(["crash"]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(first.done).toEqual(["crash"]);
    for (const serves of first.serving) serves();
    await vi.advanceTimersByTimeAsync(1000);
    expect(first.done).toEqual(["crash", "crash"]);
    await injector.clear([id]);
    expect([first.done, first.serving.size]).toEqual([["crash", "crash", "revive"], 0]);
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

  it("that cannot begin after their delay are problems, and taken back", async () => {
    const { injector, told, facts, first } = start();
    first.freeze = () => {
      throw new Error("ESRCH");
    };
    injector.inject({ instance: "cart-1" }, { kind: "freeze" }, { delayMs: 10 });
    await vi.advanceTimersByTimeAsync(10);
    expect(told()).toEqual(["fault-injected", "problem-found", "cleared: asked"]);
    expect(facts[1]).toMatchObject({
      problem: { message: 'The fault "freeze" could not begin: ESRCH' },
    });
  });

  it("that do not take hold, or cannot be taken back, are problems and no crash", async () => {
    const { injector, facts, first, second } = start();
    first.kill = () => Promise.reject(new Error("EPERM"));
    second.restart = () => Promise.reject(new Error("no such file"));
    injector.inject({ instance: "cart-1" }, { kind: "kill" });
    const { id } = injector.inject({ instance: "cart-2" }, { kind: "kill" });
    await vi.advanceTimersByTimeAsync(0);
    await injector.clear([id]);
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

describe("faults on the wire", () => {
  it("are refused where there is nothing to work on, with what there is", () => {
    const { injector, facts } = start();
    const fault: FaultSpec = { kind: "reset" };
    expect(() => injector.inject({ instance: "cart-9" }, fault)).toThrow(
      'There is no instance of "cart-9" to work on.',
    );
    expect(() => injector.inject({ from: "shop", to: "card" }, fault)).toThrow(
      'There is no service "card". There are: cart, shop.',
    );
    expect(facts).toEqual([]);
  });

  it("meet an attempt in the same order, whichever came first", async () => {
    const { injector } = start();
    const target = { instance: "cart-1" };
    injector.inject(target, { kind: "status", status: 500 });
    injector.inject(target, constant(40));
    injector.inject(target, constant(30));
    const late = await attempt(injector);
    expect([late.word, late.faults]).toEqual(["500", ["latency", "latency", "status"]]);
    expect((late.overAt ?? 0) - (Date.now() - PATIENCE_MS)).toBe(70);
    // Without a connection there is nothing to be late.
    injector.inject(target, { kind: "refuse-connections" });
    const refused = await attempt(injector);
    expect([refused.word, refused.faults]).toEqual(["refused", ["refuse-connections"]]);
  });

  it("touch what they match", async () => {
    const { injector } = start();
    const match = { path: "/orders/*", method: "PUT", caller: "shop", header: { name: "X-Team" } };
    const conditions = FaultConditions.parse({ match });
    injector.inject({ service: "cart" }, { kind: "status", status: 418 }, { conditions });
    const headers = [["x-team", "red"]] as const;
    const all = { ...FROM_SHOP, headers, method: "PUT", path: "/orders/7?x=1" };
    expect(await touch(injector, all)).toBe("418");
    expect(await touch(injector, { ...all, path: "/order" })).toBe("untouched");
    expect(await touch(injector, { ...all, method: "GET" })).toBe("untouched");
    expect(await touch(injector, { ...all, headers: [] })).toBe("untouched");
    expect(await touch(injector, { ...all, caller: { kind: "load" } })).toBe("untouched");
  });

  it("refuse connections of an installed program only when they refuse all", async () => {
    const { injector } = start();
    const fault: FaultSpec = { kind: "refuse-connections" };
    const conditions = FaultConditions.parse({ probability: 0.5 });
    injector.inject({ service: "cart" }, fault, { conditions });
    injector.inject(EDGE, fault);
    expect(injector.refuses("cart-1", "cart")).toBe(false);
    const { id } = injector.inject({ service: "cart" }, fault);
    expect([injector.refuses("cart-1", "cart"), injector.refuses("x-1", "x")]).toEqual([
      true,
      false,
    ]);
    await injector.clear([id]);
    expect(injector.refuses("cart-1", "cart")).toBe(false);
  });

  it("hit an instance that comes later, and stay when one goes", async () => {
    const { injector } = start();
    injector.inject({ service: "cart" }, { kind: "status", status: 503 });
    injector.adopt(new Subject("cart-3"), "cart");
    injector.forget("cart-1");
    expect(await touch(injector, { instance: "cart-3" })).toBe("503");
  });

  it("are all cleared together with those on processes", async () => {
    const { injector, told } = start();
    for (const { fault } of faults) {
      injector.inject(fault.kind === "partition" ? EDGE : { service: "cart" }, fault);
    }
    await injector.clear();
    expect(await touch(injector, FROM_SHOP)).toBe("untouched");
    expect(told().filter((word) => word === "fault-injected")).toHaveLength(faults.length);
    expect(told().filter((word) => word.startsWith("cleared"))).toHaveLength(faults.length);
    await injector.clear();
  });

  it("cost an attempt nothing when there are none", () => {
    const { injector } = start();
    const request = { service: "cart", method: "GET", headers: [], ...FROM_SHOP };
    expect(injector.pass("cart-1", request, "/")).toBeUndefined();
    injector.inject({ instance: "cart-2" }, { kind: "reset" });
    expect(injector.pass("cart-1", request, "/")).toBeUndefined();
  });
});

describe("a script", () => {
  it("plays its outcomes one after the other, then lets everything pass", async () => {
    const { injector, facts } = start();
    const script = "2 × 503, 1 × timeout, ok, refuse, reset, abort, 200, 20ms";
    injector.inject({ service: "cart" }, { kind: "script", script, repeat: false });
    const seen: string[] = [];
    for (let i = 0; i < 11; i++) {
      // Whichever instance it comes to.
      seen.push(await touch(injector, { instance: `cart-${String((i % 2) + 1)}` }));
    }
    const outcomes = ["503", "503", "silent", "untouched", "refused", "broken", "broken"];
    expect(seen).toEqual([...outcomes, "200", "200", "untouched", "untouched"]);
    const touched = facts.flatMap((fact) => (fact.kind === "fault-counted" ? fact.touched : []));
    expect(touched.at(-1)).toBe(8);
  });

  it("begins again when it is to", async () => {
    const { injector } = start();
    const fault: FaultSpec = { kind: "script", script: "503, ok", repeat: true };
    injector.inject({ instance: "cart-1" }, fault);
    const seen: string[] = [];
    for (let i = 0; i < 5; i++) seen.push(await touch(injector));
    expect(seen).toEqual(["503", "untouched", "503", "untouched", "503"]);
  });

  it("answers with what has no body without one", async () => {
    const { injector } = start();
    const fault: FaultSpec = { kind: "script", script: "204, 503", repeat: false };
    injector.inject({ instance: "cart-1" }, fault);
    const empty = await attempt(injector);
    expect([empty.word, empty.body, empty.response?.headers]).toEqual(["204", "", []]);
    const full = await attempt(injector);
    expect(JSON.parse(full.body)).toEqual({
      error: { name: "InjectedFault", message: "Injected fault: script." },
    });
  });
});

describe("added latency", () => {
  /** Times that so many attempts take longer, sorted. */
  async function times(fault: FaultSpec, count = 2000): Promise<number[]> {
    const { injector } = start();
    const conditions = FaultConditions.parse({ seed: 3 });
    injector.inject({ instance: "cart-1" }, fault, { conditions });
    const startedAt = Date.now();
    const all = Array.from({ length: count }, () => new FaultyExchange(injector));
    await vi.runAllTimersAsync();
    return all.map(({ overAt = NaN }) => overAt - startedAt).sort((a, b) => a - b);
  }
  const at = (sorted: readonly number[], share: number) =>
    sorted[Math.floor(share * sorted.length)] ?? NaN;
  const spec = (latency: Extract<FaultSpec, { kind: "latency" }>["latency"]): FaultSpec => ({
    kind: "latency",
    latency,
  });

  it("is constant, or normal around its mean", async () => {
    expect(new Set(await times(constant(70), 20))).toEqual(new Set([70]));
    const normal = await times(spec({ kind: "normal", mean: 1000, deviation: 200 }));
    expect(at(normal, 0.5)).toBeCloseTo(1000, -2);
    // Of a normal distribution 84.1% lie below the mean and one deviation.
    expect(at(normal, 0.841) / 1200).toBeCloseTo(1, 1);
    expect(at(normal, 0.159) / 800).toBeCloseTo(1, 1);
    const wide = await times(spec({ kind: "normal", mean: 0, deviation: 100 }), 200);
    expect(wide[0]).toBe(0);
  });

  it("is log-normal around its median", async () => {
    const sorted = await times(spec({ kind: "log-normal", median: 1000, sigma: 0.5 }));
    expect(at(sorted, 0.5) / 1000).toBeCloseTo(1, 1);
    expect(at(sorted, 0.841) / (1000 * Math.exp(0.5))).toBeCloseTo(1, 0);
  });

  it("is Pareto's above its minimum, and never longer than anybody waits", async () => {
    const sorted = await times(spec({ kind: "pareto", minimum: 100, alpha: 2 }));
    expect(sorted[0]).toBeGreaterThanOrEqual(100);
    // P(X > x) = (minimum / x)^α: the median is minimum · 2^(1/α).
    expect(at(sorted, 0.5) / (100 * Math.SQRT2)).toBeCloseTo(1, 1);
    expect(at(sorted, 0.99) / 1000).toBeGreaterThan(0.7);
    const heavy = await times(spec({ kind: "pareto", minimum: 1000, alpha: 0.1 }), 200);
    expect(heavy.at(-1)).toBe(600_000);
  });
});

describe("a slow body", () => {
  const slow: FaultSpec = { kind: "slow-body", bytesPerSecond: 1000 };

  it("comes at its rate, whether the wire takes it whole or in pieces", async () => {
    const { injector } = start();
    injector.inject({ instance: "cart-1" }, slow);
    const whole = new FaultyExchange(injector, { body: Buffer.alloc(500) });
    const streamed = new FaultyExchange(injector, { body: ["a".repeat(100), "b".repeat(400)] });
    await vi.advanceTimersByTimeAsync(250);
    expect(whole.word).toBe("silent");
    expect([streamed.word, streamed.body.length]).toEqual(["200", 240]);
    await vi.advanceTimersByTimeAsync(250);
    expect(whole.word).toBe("200");
    expect([streamed.whole, streamed.body.length]).toEqual([true, 500]);
  });

  it("waits for a reader that is slower", async () => {
    const { injector } = start();
    injector.inject({ instance: "cart-1" }, slow);
    const exchange = await attempt(injector, { body: ["a".repeat(100_000)] });
    const body = exchange.response?.body;
    if (!body || Buffer.isBuffer(body)) throw new Error("It has no stream.");
    body.pause();
    const before = exchange.body.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(exchange.body.length).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
    body.resume();
    await vi.advanceTimersByTimeAsync(1000);
    // Not faster afterwards than its rate, but for what was on its way.
    expect(exchange.body.length - before).toBeLessThanOrEqual(1100);
    exchange.giveUp();
    await vi.advanceTimersByTimeAsync(0);
    expect(exchange.whole).toBe(false);
  });

  it("is given up with its timer when its reader goes", async () => {
    const { injector } = start();
    injector.inject({ instance: "cart-1" }, slow);
    const exchange = await attempt(injector, { body: ["a".repeat(100_000)] });
    exchange.response?.discard();
    await vi.advanceTimersByTimeAsync(0);
    expect([exchange.whole, vi.getTimerCount()]).toEqual([false, 0]);
  });
});

it("a truncated body that is shorter than its cut passes", async () => {
  const { injector } = start();
  injector.inject({ instance: "cart-1" }, { kind: "truncated-body", bytes: 5 });
  expect((await attempt(injector)).body).toBe("hello");
  const streamed = await attempt(injector, { body: ["he", "llo"] });
  expect([streamed.word, streamed.body]).toEqual(["200", "hello"]);
});

it("a partition that heals lets through who still waits", async () => {
  const { injector } = start();
  injector.inject(EDGE, { kind: "partition" }, { durationMs: 1000 });
  const exchange = await attempt(injector, FROM_SHOP);
  expect([exchange.word, exchange.sent]).toEqual(["silent", false]);
  await vi.advanceTimersByTimeAsync(1000);
  expect([exchange.word, exchange.asked]).toEqual(["200", true]);
});

it("what is taken back touches nobody who was held up on the way to it", async () => {
  const { injector } = start();
  injector.inject(EDGE, { kind: "partition" });
  injector.inject({ service: "cart" }, { kind: "status", status: 503 });
  const exchange = await attempt(injector, FROM_SHOP);
  await injector.clear();
  await vi.advanceTimersByTimeAsync(0);
  expect([exchange.word, exchange.faults]).toEqual(["200", ["partition"]]);
});

it("what nobody waits for any more meets nothing further", async () => {
  const { injector } = start();
  const { id } = injector.inject(EDGE, { kind: "partition" });
  injector.inject({ service: "cart" }, { kind: "reset" });
  const exchange = await attempt(injector, FROM_SHOP);
  // Both before what was held up can go on.
  const cleared = injector.clear([id]);
  exchange.giveUp();
  await cleared;
  await vi.advanceTimersByTimeAsync(0);
  expect([exchange.word, exchange.faults, exchange.sent]).toEqual([
    "given up",
    ["partition"],
    false,
  ]);
});

it("what is taken back while a check is held up does not fail it", async () => {
  const { injector } = start();
  injector.inject({ instance: "cart-1" }, constant(10_000));
  injector.inject({ instance: "cart-1" }, { kind: "reset" });
  const check = { instance: "cart-1", service: "cart", path: "/" };
  const passed = injector.passCheck(check, never);
  await injector.clear();
  await expect(passed).resolves.toBeUndefined();
});
