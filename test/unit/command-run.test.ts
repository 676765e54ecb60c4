import { describe, expect, it } from "vitest";
import { runCommand } from "../../simulator/offline/command-run.ts";
import { Breaker } from "../../simulator/protocol/breaker-spec.ts";
import {
  CommandRun,
  CommandTraffic,
  MOST_SIMULATED_CALLS,
} from "../../simulator/protocol/command-run-model.ts";

const quiet: CommandTraffic = {
  pattern: { kind: "rate", perSecond: 100 },
  ...{ durationMs: 30_000, latencyMs: 20, spread: "constant", errorRate: 0 },
};
const go = (settings: object = {}) => Breaker.parse({ engine: "hystrix-go", ...settings });

async function run(breaker: Breaker, traffic: Partial<CommandTraffic>): Promise<CommandRun> {
  return CommandRun.parse(
    await runCommand(breaker, CommandTraffic.parse({ ...quiet, ...traffic })),
  );
}
type Breaker = ReturnType<typeof go>;

const total = (counts: Readonly<Record<string, number>>) =>
  Object.values(counts).reduce((sum, each) => sum + each, 0);

describe("a simulated command", () => {
  it("opens while its runs fail, and closes by a probe after that", async () => {
    const result = await run(go(), { errorRate: 1, failing: { fromMs: 5000, toMs: 12_000 } });
    expect(result.calls).toBe(3000);
    expect(result.states.map(({ status }) => status)).toEqual(["closed", "open", "closed"]);
    const [opened, closed] = result.transitions;
    // Of 100 a second, 5 seconds of successes and as many of failures are 50%, rounded.
    expect(opened?.at).toBeGreaterThan(9500);
    expect(opened?.at).toBeLessThanOrEqual(10_000);
    expect(opened).toMatchObject({ cause: "threshold", from: "closed", to: "open" });
    expect(opened?.reason).toMatch(/^Opened: \d+ of \d+ requests .* failed \(50%\)/);
    expect(opened?.window.bars.at(-1)?.from).toBe(9000);
    expect(closed).toMatchObject({ cause: "probe-succeeded", to: "closed" });
    expect(closed?.at).toBeGreaterThan((opened?.at ?? 0) + 5000);
    expect(result.transitionCount).toBe(2);
    expect(result.outcomes.failure).toBeGreaterThan(400);
    expect(result.outcomes["short-circuit"]).toBeGreaterThan(400);
  });

  it("counts every call once, by when it ended", async () => {
    const result = await run(go({ timeout: 100 }), {
      ...{ latencyMs: 60, spread: "varied", errorRate: 0.2 },
    });
    expect(total(result.outcomes)).toBe(result.calls);
    const inBuckets = result.buckets.reduce((sum, bucket) => sum + total(bucket), 0);
    expect(inBuckets).toBe(result.calls);
    for (const [outcome, count] of Object.entries(result.outcomes)) {
      const sum = result.buckets.reduce(
        (all, bucket) => all + bucket[outcome as keyof typeof bucket],
        0,
      );
      expect(sum, outcome).toBe(count);
    }
    expect(result.p50).toBeLessThanOrEqual(result.p95);
    expect(result.p99).toBeLessThanOrEqual(100);
  });

  it("calls in loops one after the other, as the code does", async () => {
    const loop = { kind: "loops", loops: 1, pauseMs: 50 } as const;
    const calm = await run(go(), { pattern: loop, latencyMs: 200 });
    // 200ms and a pause of 50ms.
    expect(calm.outcomes).toMatchObject({ success: 120, failure: 0 });
    // Refused at once, the same loop turns five times as fast.
    const failing = await run(go(), { pattern: loop, latencyMs: 200, errorRate: 1 });
    expect(failing.outcomes.failure).toBeLessThan(30);
    expect(failing.outcomes["short-circuit"]).toBeGreaterThan(400);
    expect(failing.p50).toBe(0);
  });

  it("times out what takes too long, and rejects what finds no ticket", async () => {
    const late = await run(go({ timeout: 10, errorPercentThreshold: 100 }), {
      ...{ latencyMs: 20, pattern: { kind: "rate", perSecond: 2 }, durationMs: 5000 },
    });
    expect(late.outcomes).toMatchObject({ timeout: late.calls, success: 0 });
    expect(late.p99).toBe(10);
    // 100 a second of 200ms each are 20 at a time, for 10 tickets.
    const crowded = await run(go({ errorPercentThreshold: 100 }), { latencyMs: 200 });
    expect(crowded.outcomes.rejected).toBeGreaterThan(1400);
    expect(crowded.outcomes.success).toBeGreaterThan(1400);
  });

  it("plays the other engines too", async () => {
    const outage = { errorRate: 1, failing: { fromMs: 5000, toMs: 12_000 } };
    const netflix = await run(Breaker.parse({ engine: "hystrix" }), outage);
    expect(netflix.states.map(({ status }) => status)).toEqual([
      ...["closed", "open", "half-open", "closed"],
    ]);
    const consecutive = await run(Breaker.parse({ engine: "consecutive" }), outage);
    expect(consecutive.states.map(({ status }) => status).slice(0, 3)).toEqual([
      ...["closed", "open", "half-open"],
    ]);
    expect(total(consecutive.outcomes)).toBe(consecutive.calls);
  });

  it("ends after so many calls, and says when that was too early", async () => {
    const few = await run(go(), { calls: 7 });
    expect(few).toMatchObject({ calls: 7, cut: false });
    expect(few.elapsedMs).toBeLessThan(100);
    const endless = { kind: "loops", loops: 500, pauseMs: 0 } as const;
    const many = await run(go(), { pattern: endless, durationMs: 3_600_000 });
    expect(many).toMatchObject({ calls: MOST_SIMULATED_CALLS, cut: true });
  });

  it("is the same for the same seed, and another for another", async () => {
    const traffic = CommandTraffic.parse({ ...quiet, errorRate: 0.4, spread: "varied" });
    const first = await runCommand(go(), traffic, 7);
    expect(await runCommand(go(), traffic, 7)).toEqual(first);
    expect((await runCommand(go(), traffic, 8)).outcomes).not.toEqual(first.outcomes);
  });
});
