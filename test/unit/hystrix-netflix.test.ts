import { beforeEach, describe, expect, it } from "vitest";
import { NetflixHystrix } from "../../simulator/protocol/hystrix-spec.ts";
import type { BreakerSpecOf } from "../../simulator/protocol/spec.ts";
import type {
  Engine,
  EngineChange,
  Permit,
  PermitEnd,
} from "../../simulator/resilience/breakers/contract.ts";
import { hystrix } from "../../simulator/resilience/breakers/hystrix/hystrix.ts";
import { StepClock } from "../support/step-clock.ts";

let clock: StepClock;
let changes: EngineChange[];
let counted: boolean[];
let engine: Engine;

function create(settings: Omit<Partial<BreakerSpecOf<"hystrix">>, "engine"> = {}): void {
  clock = new StepClock();
  changes = [];
  counted = [];
  engine = hystrix.create(NetflixHystrix.parse({ engine: "hystrix", ...settings }), {
    clock,
    name: "stock",
    changed: (change) => changes.push(change),
    counted: (error) => counted.push(error),
  });
}

function admit(): Permit {
  const admission = engine.admit();
  if (admission.kind !== "admitted") throw new Error(`Not admitted: ${admission.kind}.`);
  return admission.permit;
}

function end(permit: Permit, how: PermitEnd): void {
  permit.ended(how);
  permit.finished();
}

function calls(how: PermitEnd, times = 1): void {
  for (let i = 0; i < times; i++) end(admit(), how);
}

/** How a call is answered now: `admitted` (and left open), or refused with this outcome. */
function answer(): string {
  const admission = engine.admit();
  return admission.kind === "refused" ? admission.outcome : admission.kind;
}

const steps = () => changes.map(({ from, to, cause }) => `${from} > ${to}: ${cause}`);

beforeEach(() => create());

describe.each(["1.5.18", "1.5.12"] as const)("both releases: %s", (release) => {
  beforeEach(() => create({ release }));

  it("looks at finished buckets of 500ms only", () => {
    calls("failure", 20);
    clock.advanceTo(499);
    expect(answer()).toBe("admitted");
    expect(engine.window()).toMatchObject({ requests: 0, errors: 0 });
    clock.advanceTo(500);
    expect(answer()).toBe("short-circuit");
    expect(engine.window()).toMatchObject({ requests: 20, errors: 20, value: 100, opens: "at" });
  });

  it("begins its buckets with the first command", () => {
    clock.advanceTo(300);
    calls("failure", 20);
    clock.advanceTo(799);
    expect(engine.window()).toMatchObject({ requests: 0 });
    clock.advanceTo(800);
    expect(engine.window()).toMatchObject({ requests: 20 });
    expect(engine.window().bars.at(-1)).toMatchObject({ from: clock.now() });
  });

  it("looks at nothing before the first command", () => {
    create({
      release,
      circuitBreakerRequestVolumeThreshold: 0,
      circuitBreakerErrorThresholdPercentage: 0,
    });
    clock.advanceTo(700);
    expect(engine.metrics?.()).toMatchObject({ isOpen: false, requestCount: 0 });
    engine.reset();
    expect(engine.window().bars.at(-1)).toMatchObject({ from: clock.now() });
    expect(steps()).toEqual([]);
  });

  it("forgets a bucket after ten seconds", () => {
    calls("failure", 19);
    clock.advanceTo(10_499);
    expect(engine.window().requests).toBe(19);
    clock.advanceTo(10_500);
    expect(engine.window().requests).toBe(0);
  });

  it("needs the volume, and opens at the threshold", () => {
    calls("failure", 10);
    calls("success", 9);
    clock.advanceTo(500);
    expect(answer()).toBe("admitted");
    calls("success");
    clock.advanceTo(1000);
    expect(engine.window()).toMatchObject({ requests: 20, errors: 10, value: 50 });
    expect(answer()).toBe("short-circuit");
  });

  it("truncates the percentage", () => {
    calls("failure", 99);
    calls("success", 101);
    clock.advanceTo(500);
    expect(engine.window().value).toBe(49);
    expect(answer()).toBe("admitted");
    create({ release });
    calls("failure", 29);
    calls("success", 71);
    clock.advanceTo(500);
    // 29 / 100 * 100 is a little less than 29, there as here.
    expect(engine.window().value).toBe(28);
  });

  it("counts timeouts and rejections, but neither short circuits nor cancels", () => {
    create({ release, coreSize: 1 });
    const running = admit();
    expect(answer()).toBe("rejected");
    end(running, "timeout");
    calls("canceled", 3);
    engine.force("open");
    expect(answer()).toBe("short-circuit");
    engine.force(undefined);
    calls("success");
    clock.advanceTo(500);
    expect(engine.window()).toMatchObject({ requests: 3, errors: 2, value: 66 });
    expect(engine.window().bars.find(({ failures }) => failures > 0)).toMatchObject({
      successes: 1,
      failures: 2,
      timeouts: 1,
      rejections: 1,
      counted: true,
    });
    expect(counted).toEqual([true, true, false]);
  });

  it("lets a test pass when more than the sleep window is over, whose success closes", () => {
    calls("failure", 20);
    clock.advanceTo(500);
    expect(answer()).toBe("short-circuit");
    expect(engine.probeAt).toBe(clock.now() + 5001);
    clock.advanceTo(5500);
    expect(answer()).toBe("short-circuit");
    clock.advanceTo(5501);
    const test = admit();
    expect(test.probe).toBe(true);
    expect(engine.status).toBe("half-open");
    expect(answer()).toBe("short-circuit");
    clock.advanceTo(5600);
    end(test, "success");
    expect(engine.status).toBe("closed");
    // The success is counted anew, the errors of before are gone.
    expect(engine.window()).toMatchObject({ requests: 1, errors: 0 });
    expect(steps()).toEqual([
      "closed > open: threshold",
      "open > half-open: sleep-window-over",
      "half-open > closed: probe-succeeded",
    ]);
    expect(changes[0]?.window).toMatchObject({ requests: 20, errors: 20 });
    expect(changes[2]?.window).toMatchObject({ requests: 20, errors: 20 });
  });

  it("is forced; open wins over closed", () => {
    create({ release, circuitBreakerForceOpen: true, circuitBreakerForceClosed: true });
    expect(engine.status).toBe("forced-open");
    expect(answer()).toBe("short-circuit");
    engine.force("closed");
    expect(engine.status).toBe("held-closed");
    calls("failure", 30);
    clock.advanceTo(500);
    expect(answer()).toBe("admitted");
    engine.reset();
    expect(engine.status).toBe("closed");
    expect(engine.window().requests).toBe(0);
  });

  it("takes the next call as the probe by hand", () => {
    engine.force("open");
    engine.probe();
    expect(engine.status).toBe("half-open");
    const test = admit();
    expect(test.probe).toBe(true);
    expect(answer()).toBe("short-circuit");
    clock.advanceTo(100);
    end(test, "failure");
    expect(engine.status).toBe("open");
    engine.probe();
    end(admit(), "success");
    expect(steps()).toEqual([
      "closed > forced-open: by-hand",
      "forced-open > half-open: by-hand",
      "half-open > open: probe-failed",
      "open > half-open: by-hand",
      "half-open > closed: probe-succeeded",
    ]);
  });

  it("never opens without a breaker", () => {
    create({ release, circuitBreakerEnabled: false, circuitBreakerForceOpen: true });
    calls("failure", 100);
    clock.advanceTo(500);
    expect(answer()).toBe("admitted");
    expect(engine.status).toBe("closed");
  });

  it("sets no timer at rest", () => {
    calls("failure", 100);
    calls("success", 100);
    clock.advanceTo(30_000);
    calls("success", 100);
    clock.advanceTo(60_000);
    expect(clock.timers).toBe(0);
  });

  it("keeps a bounded window whatever comes", () => {
    for (let second = 0; second < 1000; second++) {
      clock.advanceTo(second * 1000);
      calls("success", 50);
    }
    expect(engine.window().bars).toHaveLength(21);
    expect(engine.window().requests).toBe(500);
  });
});

describe("1.5.18: single tests", () => {
  it("opens only when a call asks", () => {
    calls("failure", 20);
    clock.advanceTo(3000);
    expect(engine.status).toBe("closed");
    expect(clock.timers).toBe(0);
    expect(answer()).toBe("short-circuit");
    // The sleep window counts from then.
    expect(engine.probeAt).toBe(clock.now() + 5001);
  });

  it("counts the sleep window from when the test was let through, and lets further ones through", () => {
    calls("failure", 20);
    clock.advanceTo(500);
    answer();
    clock.advanceTo(6000);
    const test = admit();
    clock.advanceTo(11_000);
    expect(answer()).toBe("short-circuit");
    clock.advanceTo(11_001);
    const another = admit();
    expect(another.probe).toBe(true);
    end(test, "failure");
    expect(engine.status).toBe("half-open");
    end(another, "timeout");
    expect(engine.status).toBe("open");
    expect(engine.probeAt).toBe(clock.now() + 5001);
  });

  it("closes on any success while it is open", () => {
    const late = admit();
    calls("failure", 20);
    clock.advanceTo(500);
    expect(answer()).toBe("short-circuit");
    end(late, "success");
    expect(engine.status).toBe("closed");
    expect(steps().at(-1)).toBe("open > closed: late-success");
  });

  it("does not get stuck when the semaphore rejects the test", () => {
    create({ executionIsolationStrategy: "SEMAPHORE", circuitBreakerRequestVolumeThreshold: 1 });
    const running = Array.from({ length: 10 }, () => admit());
    expect(answer()).toBe("rejected");
    clock.advanceTo(500);
    expect(answer()).toBe("short-circuit");
    clock.advanceTo(5501);
    expect(answer()).toBe("rejected");
    expect(engine.status).toBe("open");
    for (const permit of running) end(permit, "canceled");
    clock.advanceTo(10_502);
    expect(admit().probe).toBe(true);
  });

  it("forgets in its metrics that it is forced", () => {
    engine.force("open");
    expect(engine.metrics?.().isOpen).toBe(false);
  });
});

describe("1.5.12: half-open", () => {
  beforeEach(() => create({ release: "1.5.12" }));

  it("opens by itself at the end of a bucket, and tells of it then", () => {
    calls("failure", 20);
    expect(clock.timers).toBe(1);
    clock.advanceTo(3000);
    expect(steps()).toEqual(["closed > open: threshold"]);
    expect(changes[0]?.window).toMatchObject({ requests: 20, errors: 20 });
    // From the end of that bucket.
    expect(engine.probeAt).toBe(clock.now() - 2500 + 5001);
    expect(clock.timers).toBe(0);
  });

  it("opens when old successes leave the window", () => {
    calls("success", 30);
    clock.advanceTo(600);
    calls("failure", 25);
    clock.advanceTo(10_499);
    expect(engine.status).toBe("closed");
    clock.advanceTo(10_500);
    expect(engine.status).toBe("open");
  });

  function open(): void {
    calls("failure", 20);
    clock.advanceTo(500);
    expect(engine.status).toBe("open");
  }

  it("restarts the sleep window when the test fails", () => {
    open();
    clock.advanceTo(5501);
    const test = admit();
    clock.advanceTo(6000);
    end(test, "failure");
    expect(engine.status).toBe("open");
    expect(engine.probeAt).toBe(clock.now() + 5001);
  });

  it("heeds late results only while half-open, then whoever's they are", () => {
    const late = Array.from({ length: 3 }, () => admit()) as [Permit, Permit, Permit];
    open();
    end(late[0], "success");
    expect(engine.status).toBe("open");
    clock.advanceTo(5501);
    const test = admit();
    end(late[1], "failure");
    expect(engine.status).toBe("open");
    expect(steps().at(-1)).toBe("half-open > open: late-failure");
    end(test, "success");
    expect(engine.status).toBe("open");
    clock.advanceTo(10_502);
    admit();
    end(late[2], "success");
    expect(engine.status).toBe("closed");
    expect(steps().at(-1)).toBe("half-open > closed: late-success");
  });

  it("stays half-open when the test is canceled, until it is done by hand", () => {
    open();
    clock.advanceTo(5501);
    calls("canceled");
    clock.advanceTo(600_000);
    expect(answer()).toBe("short-circuit");
    expect(engine.status).toBe("half-open");
    engine.probe();
    calls("success");
    expect(engine.status).toBe("closed");
  });

  it("stays half-open when the semaphore rejects the test, opens when the pool does", () => {
    create({
      release: "1.5.12",
      executionIsolationStrategy: "SEMAPHORE",
      circuitBreakerRequestVolumeThreshold: 1,
    });
    Array.from({ length: 10 }, () => admit());
    expect(answer()).toBe("rejected");
    clock.advanceTo(5501);
    expect(answer()).toBe("rejected");
    expect(engine.status).toBe("half-open");
    create({ release: "1.5.12", coreSize: 1, circuitBreakerRequestVolumeThreshold: 1 });
    admit();
    expect(answer()).toBe("rejected");
    clock.advanceTo(5501);
    expect(answer()).toBe("rejected");
    expect(engine.status).toBe("open");
    expect(engine.probeAt).toBe(clock.now() + 5001);
  });
});

describe("isolation", () => {
  it("keeps the thread of a timed out call until it is really over, and the semaphore not", () => {
    create({ coreSize: 1 });
    const permit = admit();
    expect(permit.limit).toEqual({ ms: 1000, cancels: true, error: "timed-out" });
    permit.ended("timeout");
    expect(answer()).toBe("rejected");
    permit.finished();
    expect(answer()).toBe("admitted");
    create({
      executionIsolationStrategy: "SEMAPHORE",
      executionIsolationSemaphoreMaxConcurrentRequests: 1,
    });
    const held = admit();
    expect(held.limit?.cancels).toBe(false);
    held.ended("timeout");
    expect(answer()).toBe("admitted");
  });

  it("has no limit without a timeout, and does not interrupt where it is told not to", () => {
    create({ executionTimeoutEnabled: false });
    expect(admit().limit).toBeUndefined();
    create({ executionIsolationThreadInterruptOnTimeout: false });
    expect(admit().limit?.cancels).toBe(false);
  });

  it("queues up to the rejection threshold, first come, first served", async () => {
    create({ coreSize: 1, maxQueueSize: 10, queueSizeRejectionThreshold: 3 });
    const began: number[] = [];
    const permits = Array.from({ length: 4 }, (_, i) => {
      const permit = admit();
      void permit.turn?.then(() => began.push(i));
      return permit;
    }) as [Permit, Permit, Permit, Permit];
    expect(permits[0].turn).toBeUndefined();
    expect(answer()).toBe("rejected");
    // It times out in the queue and leaves it.
    end(permits[1], "timeout");
    end(permits[0], "success");
    await permits[2].turn;
    end(permits[2], "success");
    await permits[3].turn;
    expect(began).toEqual([2, 3]);
    expect(engine.metrics?.().pool).toMatchObject({ active: 1, queued: 0, completed: 2 });
  });

  it("rejects by the threshold even where threads are idle", () => {
    create({ maxQueueSize: 5, queueSizeRejectionThreshold: 0 });
    expect(answer()).toBe("rejected");
  });

  it("starts threads beyond the core only when the queue is full; idle ones end in a minute", () => {
    create({
      coreSize: 1,
      maximumSize: 3,
      allowMaximumSizeToDivergeFromCoreSize: true,
      maxQueueSize: 1,
    });
    const permits = Array.from({ length: 4 }, () => admit());
    expect(permits.map(({ turn }) => turn !== undefined)).toEqual([false, true, false, false]);
    expect(answer()).toBe("rejected");
    expect(engine.metrics?.().pool).toMatchObject({ active: 3, size: 3, largest: 3, queued: 1 });
    for (const permit of permits) end(permit, "success");
    clock.advanceTo(59_999);
    expect(engine.metrics?.().pool).toMatchObject({ active: 0, size: 3 });
    clock.advanceTo(60_000);
    expect(engine.metrics?.().pool).toMatchObject({ size: 1, largest: 3 });
  });

  it.each([0, 2])("keeps idle threads beyond the core for %i minutes", (minutes) => {
    create({
      coreSize: 1,
      maximumSize: 2,
      allowMaximumSizeToDivergeFromCoreSize: true,
      keepAliveTimeMinutes: minutes,
    });
    for (const permit of [admit(), admit()]) end(permit, "success");
    if (minutes > 0) {
      clock.advanceTo(119_999);
      expect(engine.metrics?.().pool).toMatchObject({ size: 2 });
      clock.advanceTo(120_000);
    }
    expect(engine.metrics?.().pool).toMatchObject({ size: 1 });
  });

  it("lets queued calls run when it is closed, and admits nothing any more", async () => {
    create({ coreSize: 1, maxQueueSize: 1 });
    const running = admit();
    const queued = admit();
    engine.close();
    await queued.turn;
    end(queued, "success");
    end(running, "success");
    expect(answer()).toBe("rejected");
    expect(clock.timers).toBe(0);
  });
});

describe("fallbacks, texts and metrics", () => {
  it("speaks as the library's exceptions do", () => {
    create({ coreSize: 1 });
    admit();
    expect(engine.admit()).toMatchObject({ error: "could not be queued for execution" });
    engine.force("open");
    const { error } = engine.admit() as { error: string };
    expect(error).toBe("Hystrix circuit short-circuited and is OPEN");
    expect(engine.fallbackError?.("no stock", error)).toBe(
      "stock short-circuited and fallback failed. Fallback: no stock",
    );
    expect(engine.fallbackError?.("no stock", "503")).toBe(
      "stock failed and fallback failed. Caused by: 503. Fallback: no stock",
    );
    expect(engine.fallbackError?.(undefined, error)).toBe("stock fallback execution rejected.");
    create({ fallbackEnabled: false });
    expect(engine.fallbackError?.(undefined, error)).toBe(
      "stock short-circuited and fallback disabled.",
    );
    create({
      executionIsolationStrategy: "SEMAPHORE",
      executionIsolationSemaphoreMaxConcurrentRequests: 0,
    });
    expect(engine.admit()).toMatchObject({ error: "could not acquire a semaphore for execution" });
  });

  it("limits fallbacks at the same time, and counts each", () => {
    create({ fallbackIsolationSemaphoreMaxConcurrentRequests: 1 });
    calls("failure", 4);
    const first = engine.fallback?.();
    expect(engine.fallback?.()).toBeUndefined();
    first?.ended(true);
    engine.fallback?.()?.ended(false);
    clock.advanceTo(1000);
    expect(engine.metrics?.().rollingCounts).toMatchObject({
      Failure: 4,
      FallbackSuccess: 1,
      FallbackRejection: 1,
      FallbackFailure: 1,
      // The fourth had none.
      FallbackMissing: 1,
      ExceptionsThrown: 3,
    });
    create({ fallbackEnabled: false });
    expect(engine.fallback?.()).toBeUndefined();
  });

  it("shows rolling counts of finished seconds, and latencies of finished ten seconds", () => {
    for (const ms of [100, 200, 300, 400]) {
      const permit = admit();
      clock.advanceTo(clock.elapsed + ms);
      end(permit, "success");
    }
    const early = engine.metrics?.();
    expect(early?.rollingCounts).toMatchObject({ Success: 3 });
    expect(early?.latencyExecute).toMatchObject({ mean: 0, "100": 0 });
    clock.advanceTo(10_000);
    const late = engine.metrics?.();
    expect(late?.rollingCounts).toMatchObject({ Success: 4 });
    expect(late?.latencyExecute).toMatchObject({ mean: 250, "0": 100, "50": 200, "100": 400 });
    expect(late?.latencyTotal).toEqual(late?.latencyExecute);
    expect(late?.pool).toMatchObject({ rollingExecuted: 4, rollingMaxActive: 1, completed: 4 });
    clock.advanceTo(70_000);
    expect(engine.metrics?.().latencyExecute).toMatchObject({ mean: 0 });
  });
});
