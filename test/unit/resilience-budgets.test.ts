import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import { EnvoyBudget } from "../../simulator/resilience/budgets/envoy.ts";
import { FinagleBudget } from "../../simulator/resilience/budgets/finagle.ts";
import { guardOf, ScriptedCall, taking, unsent } from "../support/guarded-call.ts";
import { finish } from "../support/virtual-run.ts";

const finagle = (settings: Partial<ConstructorParameters<typeof FinagleBudget>[0]> = {}) => {
  const clock = new VirtualClock();
  const budget = new FinagleBudget(
    { rules: "finagle", ttl: 10_000, minimumPerSecond: 0, percent: 0.2, ...settings },
    clock,
  );
  const granted = (asked: number) => {
    let count = 0;
    for (let i = 0; i < asked; i++) if (budget.grant()) count++;
    return count;
  };
  return { clock, budget, granted };
};

/** The tables of Finagle's own `RetryBudgetTest`. */
describe("Finagle's budget", () => {
  it("grants nothing when it may grant nothing", () => {
    const { budget, granted } = finagle({ percent: 0 });
    for (let i = 0; i < 1000; i++) budget.began();
    expect(granted(10)).toBe(0);
    expect(budget.balance).toBe(0);
  });

  it.each([0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 10])("grants %d retries for each call", (percent) => {
    const { budget, granted } = finagle({ percent, ttl: 60_000 });
    for (let i = 0; i < 10_000; i++) budget.began();
    // The withdrawal is a whole number of thousandths.
    const withdrawal = Math.trunc(1000 / percent);
    expect(granted(200_000)).toBe(Math.trunc((10_000 * 1000) / withdrawal));
  });

  it("keeps a reserve for each second of its ttl, also without calls", () => {
    const { granted } = finagle({ minimumPerSecond: 10, percent: 0, ttl: 10_000 });
    expect(granted(1000)).toBe(100);
    expect(finagle({ minimumPerSecond: 10 }).granted(1000)).toBe(100);
  });

  it("forgets both what was deposited and what was withdrawn, in slices of a tenth", async () => {
    const { clock, budget, granted } = finagle({ percent: 0.5, ttl: 1000 });
    for (let i = 0; i < 10; i++) budget.began();
    expect(budget.balance).toBe(5);
    expect(granted(2)).toBe(2);
    await clock.advanceTo(500);
    for (let i = 0; i < 4; i++) budget.began();
    expect(budget.balance).toBe(5);
    await clock.advanceTo(999);
    expect(budget.balance).toBe(5);
    await clock.advanceTo(1400);
    expect(budget.balance).toBe(2);
    await clock.advanceTo(3000);
    expect(budget.balance).toBe(0);
    expect(granted(1)).toBe(0);
  });
});

describe("Envoy's budget", () => {
  const envoy = (percent: number, minimum: number) =>
    new EnvoyBudget({ rules: "envoy", percent, minimum });

  it("grants retries by the requests under way, truncated, and never less than its minimum", () => {
    const budget = envoy(0.2, 3);
    expect([budget.grant(), budget.grant(), budget.grant(), budget.grant()]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    for (let i = 0; i < 19; i++) budget.opened();
    expect(budget.grant()).toBe(false);
    budget.opened();
    // 20% of 20 are four, and three are under way.
    expect(budget.grant()).toBe(true);
    expect(budget.grant()).toBe(false);
    budget.returned();
    expect(budget.balance).toBe(1);
    budget.closed();
    expect(budget.grant()).toBe(false);
  });

  it("grants nothing without a minimum to the one request that there is", () => {
    const budget = envoy(0.2, 0);
    budget.opened();
    expect(budget.grant()).toBe(false);
  });
});

describe("a retry with a budget", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
  const retry = { attempts: 4, backoff: "constant", initial: "100ms" } as const;

  it("says that the budget is empty when it is", async () => {
    const budget = { rules: "finagle", minimumPerSecond: 0, percent: 1 } as const;
    const { guard } = guardOf({ retry: { ...retry, budget } });
    const call = new ScriptedCall([unsent]);
    const { result } = await finish(guard.run(call));
    expect(result.error).toBe("svc-1 refused the connection. The retry budget is empty.");
    expect(call.told.filter((line) => line.startsWith("attempt"))).toHaveLength(2);
    expect(guard.picture()[0]?.figures).toEqual([
      { name: "retries", value: 1 },
      { name: "over budget", value: 1 },
      { name: "budget", value: 0 },
    ]);
  });

  it("counts a retry from its pause on until it has ended, in Envoy's", async () => {
    const budget = { rules: "envoy", percent: "20%", minimum: 1 } as const;
    const { guard } = guardOf({ retry: { ...retry, attempts: 2, budget } });
    const first = guard.run(new ScriptedCall([unsent, taking(50, unsent)]));
    await vi.advanceTimersByTimeAsync(20);
    const second = new ScriptedCall([unsent]);
    expect((await guard.run(second)).error).toMatch(/The retry budget is empty\.$/);
    await finish(first);
    const third = new ScriptedCall([unsent]);
    await finish(guard.run(third));
    expect(third.told).toContain("attempt 2");
  });

  it("gives back what a caller who left had been granted", async () => {
    const budget = { rules: "envoy", percent: "0%", minimum: 1 } as const;
    const { guard } = guardOf({ retry: { ...retry, budget } });
    const gone = new AbortController();
    const running = guard.run(new ScriptedCall([unsent], { signal: gone.signal }));
    await vi.advanceTimersByTimeAsync(20);
    gone.abort(new Error("The caller went away."));
    expect((await running).outcome).toBe("canceled");
    expect(guard.picture()[0]?.figures.at(-1)).toEqual({ name: "budget", value: 1 });
  });
});
