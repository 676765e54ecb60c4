import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";
import {
  failure,
  guardOf,
  queued,
  ScriptedCall,
  success,
  taking,
  unsent,
} from "../support/guarded-call.ts";
import { finish } from "../support/virtual-run.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const other = { ...success, instance: "svc-2" };
const hedge: ServiceFile["hedge"] = { after: "50ms", nonIdempotent: true };

describe("hedging", () => {
  it("asks nobody else when the answer is there in time", async () => {
    const { guard } = guardOf({ hedge });
    const call = new ScriptedCall([taking(49, success)]);
    expect(await finish(guard.run(call))).toEqual({ result: success, ms: 49 });
    expect(call.told).toEqual(["attempt 1", "ended 1 success"]);
  });

  it("starts another attempt after the delay; the first answer counts, the loser is cancelled", async () => {
    const { guard } = guardOf({ hedge });
    const call = new ScriptedCall([taking(500, success), taking(20, other)]);
    expect(await finish(guard.run(call))).toEqual({ result: other, ms: 70 });
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 1 canceled", "ended 2 success"]);
    const picture = guard.picture().find(({ id }) => id === "hedge");
    expect(picture).toMatchObject({
      entered: 1,
      inside: 0,
      succeeded: 1,
      figures: [
        { name: "hedges", value: 1 },
        { name: "won by hedges", value: 1 },
      ],
    });
  });

  it("keeps the first when that answers before the other", async () => {
    const { guard } = guardOf({ hedge });
    const call = new ScriptedCall([taking(60, success), taking(500, other)]);
    expect(await finish(guard.run(call))).toEqual({ result: success, ms: 60 });
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 2 canceled", "ended 1 success"]);
  });

  it("starts each so long after the one before, as many as it may", async () => {
    const { guard } = guardOf({ hedge: { ...hedge, after: "50ms", attempts: 3 }, timeout: "10s" });
    const call = new ScriptedCall([taking(500, success)]);
    expect((await finish(guard.run(call))).ms).toBe(500);
    expect(call.told.filter((line) => line.startsWith("attempt"))).toHaveLength(3);
  });

  it("does not take a failure while another may still answer well", async () => {
    const { guard } = guardOf({ hedge });
    const call = new ScriptedCall([taking(100, success), taking(10, failure)]);
    expect(await finish(guard.run(call))).toEqual({ result: success, ms: 100 });
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 2 failure", "ended 1 success"]);
  });

  it("ends with the last failure when all have failed, and leaves trying again to the retry", async () => {
    const { guard } = guardOf({ hedge });
    const call = new ScriptedCall([taking(100, failure), taking(10, unsent)]);
    expect(await finish(guard.run(call))).toEqual({ result: failure, ms: 100 });
    const early = new ScriptedCall([taking(10, failure)]);
    expect((await finish(guard.run(early))).ms).toBe(10);
    expect(early.told).toEqual(["attempt 1", "ended 1 failure"]);
  });

  it("does not repeat what was sent, unless that is harmless", async () => {
    const { guard } = guardOf({ hedge: { after: "50ms" } });
    const sent = new ScriptedCall([taking(100, success)]);
    await finish(guard.run(sent));
    expect(sent.told).toEqual(["attempt 1", "ended 1 success"]);
    const harmless = new ScriptedCall([taking(100, success)], { idempotent: true });
    await finish(guard.run(harmless));
    expect(harmless.told).toContain("attempt 2");
    const streamed = new ScriptedCall([taking(100, success)], {
      idempotent: true,
      replayable: false,
    });
    await finish(guard.run(streamed));
    expect(streamed.told).not.toContain("attempt 2");
  });

  it("lets only one of them reach an instance when none was sent before", async () => {
    const { guard } = guardOf({ hedge: { after: "50ms" } });
    const call = new ScriptedCall([queued(500, 400), taking(100, other)]);
    const { result, ms } = await finish(guard.run(call));
    expect([result, ms]).toEqual([other, 150]);
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 1 canceled", "ended 2 success"]);
  });

  it("gives the others up when the newest is sent the moment it starts", async () => {
    const { guard } = guardOf({ hedge: { after: "50ms" } });
    let first: { readonly sent: boolean } | undefined;
    const call = new ScriptedCall([
      (signal, progress) => queued(500, 80)(signal, (first = progress)),
      taking(100, other),
    ]);
    expect(await finish(guard.run(call))).toEqual({ result: other, ms: 150 });
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 1 canceled", "ended 2 success"]);
    expect(first).toEqual({ sent: false });
  });

  const breaker = { engine: "hystrix-go", timeout: 60 } as const;

  it("ends what goes on after Hystrix's timeout when another attempt is answered", async () => {
    const { guard } = guardOf({ hedge, breaker });
    const call = new ScriptedCall([taking(500, success), taking(50, other)]);
    expect(await finish(guard.run(call))).toEqual({ result: other, ms: 100 });
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 1 timeout", "ended 2 success"]);
    // Nothing runs any more.
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never sends what Hystrix's timeout found unsent while another attempt may be", async () => {
    const { guard } = guardOf({ hedge: { after: "50ms" }, breaker });
    let first: { readonly sent: boolean } | undefined;
    const call = new ScriptedCall([
      (signal, progress) => queued(500, 70)(signal, (first = progress)),
      queued(50, 30),
    ]);
    expect(await finish(guard.run(call))).toEqual({ result: success, ms: 100 });
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 1 timeout", "ended 2 success"]);
    expect(first).toEqual({ sent: false });
  });

  it("lets what goes on after Hystrix's timeout go on when all have failed", async () => {
    const { guard } = guardOf({ hedge, breaker });
    const call = new ScriptedCall([taking(500, success), taking(5, failure)]);
    await finish(guard.run(call));
    expect(call.told).toEqual(["attempt 1", "attempt 2", "ended 2 failure", "ended 1 timeout"]);
    expect(vi.getTimerCount()).not.toBe(0);
    await vi.runAllTimersAsync();
  });

  it("cancels all when the caller goes away", async () => {
    const { guard } = guardOf({ hedge });
    const gone = new AbortController();
    const call = new ScriptedCall([taking(500, success)], { signal: gone.signal });
    const running = guard.run(call);
    await vi.advanceTimersByTimeAsync(60);
    gone.abort(new Error("The caller went away."));
    expect(await running).toMatchObject({ outcome: "canceled", error: "The caller went away." });
    expect(call.told.filter((line) => line.includes("canceled"))).toHaveLength(2);
  });

  it("races again in each try of a retry", async () => {
    const retry = {
      attempts: 2,
      initial: "1ms",
      nonIdempotent: true,
      backoff: "constant",
    } as const;
    const { guard } = guardOf({ hedge, retry });
    const call = new ScriptedCall([
      taking(100, failure),
      taking(100, failure),
      taking(100, failure),
      taking(10, other),
    ]);
    expect((await finish(guard.run(call))).result).toEqual(other);
    expect(call.told.filter((line) => line.startsWith("attempt"))).toHaveLength(4);
    expect(call.told.filter((line) => line.startsWith("retrying"))).toHaveLength(1);
  });
});
