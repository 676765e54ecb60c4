import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { getEventListeners } from "node:events";
import { failure, guardOf, ScriptedCall, success, taking } from "../support/guarded-call.ts";
import { finish } from "../support/virtual-run.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const goHystrix = (settings = {}) =>
  guardOf({ breaker: { engine: "hystrix-go", timeout: 100, ...settings }, timeout: "10s" }).guard;
const netflix = (settings = {}) =>
  guardOf({
    breaker: { engine: "hystrix", executionTimeoutInMilliseconds: 100, ...settings },
    timeout: "10s",
  }).guard;

describe("an engine's own time limit", () => {
  it("lets what runs go on where the library does, and drops what it still brings", async () => {
    const guard = goHystrix();
    const discard = vi.fn();
    const response = {
      status: 200,
      headers: [],
      body: Buffer.alloc(0),
      done: Promise.resolve(true),
      discard,
    };
    let aborted = false;
    const call = new ScriptedCall([
      (signal, progress) => {
        progress.sent = true;
        signal.addEventListener("abort", () => (aborted = true));
        return new Promise((resolve) => setTimeout(() => resolve({ ...success, response }), 300));
      },
    ]);
    const { result, ms } = await finish(guard.run(call));
    expect([result.outcome, result.error, ms]).toEqual(["timeout", "hystrix: timeout", 100]);
    expect(guard.picture().map(({ id, inside }) => [id, inside])).toEqual([
      ["breaker", 0],
      ["timeout", 1],
    ]);
    await vi.advanceTimersByTimeAsync(200);
    expect(aborted).toBe(false);
    expect(discard).toHaveBeenCalledOnce();
    expect(guard.picture().map(({ inside }) => inside)).toEqual([0, 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("does not pass its limit on as a deadline where what runs goes on", async () => {
    const call = new ScriptedCall([success]);
    await finish(goHystrix().run(call));
    expect(call.bounds[0]?.deadline).toBeUndefined();
    const interrupted = new ScriptedCall([success]);
    const guard = netflix();
    await finish(guard.run(interrupted));
    expect(interrupted.bounds[0]?.deadline).toBe(Date.now() + 100);
    guard.circuit?.close();
  });

  it("counts the wait for a thread into the deadline that it passes on", async () => {
    const guard = netflix({ coreSize: 1, maximumSize: 1, maxQueueSize: 5 });
    const deadline = Date.now() + 100;
    const calls = [new ScriptedCall([taking(40, success)]), new ScriptedCall([success])];
    const running = calls.map((call) => guard.run(call));
    await vi.advanceTimersByTimeAsync(40);
    await Promise.all(running);
    expect(calls.map(({ bounds }) => bounds[0]?.deadline)).toEqual([deadline, deadline]);
    guard.circuit?.close();
  });

  it("cancels what runs where the library does", async () => {
    const guard = netflix();
    const call = new ScriptedCall([taking(300, success)]);
    const running = guard.run(call);
    await vi.advanceTimersByTimeAsync(100);
    expect((await running).outcome).toBe("timeout");
    guard.circuit?.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("hears of a caller who goes away, and ends what runs for him", async () => {
    const guard = goHystrix();
    const gone = new AbortController();
    let within: AbortSignal | undefined;
    const endless = (signal: AbortSignal): Promise<never> => {
      within = signal;
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    };
    const call = new ScriptedCall([endless], { signal: gone.signal });
    const running = guard.run(call);
    await vi.advanceTimersByTimeAsync(10);
    gone.abort(new Error("The caller went away."));
    expect(await running).toMatchObject({ outcome: "canceled", error: "The caller went away." });
    expect(within?.aborted).toBe(true);
    expect(getEventListeners(gone.signal, "abort")).toEqual([]);
    expect(guard.circuit?.window()).toMatchObject({ requests: 1, errors: 0 });
    await vi.advanceTimersByTimeAsync(100);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("what the breaker refuses", () => {
  it("carries the library's text, and why the circuit is open", async () => {
    const guard = goHystrix({ requestVolumeThreshold: 2 });
    for (let i = 0; i < 2; i++) await finish(guard.run(new ScriptedCall([failure])));
    const { result } = await finish(guard.run(new ScriptedCall([success])));
    expect(result).toMatchObject({ outcome: "short-circuit", sent: false });
    expect(result.error).toMatch(/^hystrix: circuit open\. Opened: /);
    const breaker = guard.picture().find(({ id }) => id === "breaker");
    expect(breaker).toMatchObject({ entered: 3, inside: 0, failed: 3, refused: 1 });
  });

  it("is rejected where tickets are missing", async () => {
    const guard = goHystrix({ maxConcurrentRequests: 1 });
    const slow = guard.run(new ScriptedCall([taking(50, success)]));
    const { result } = await finish(guard.run(new ScriptedCall([success])));
    expect(result).toMatchObject({ outcome: "rejected", error: "hystrix: max concurrency." });
    expect((await finish(slow)).result).toBe(success);
  });

  it("waits for a thread where the library queues, and leaves when the caller does", async () => {
    const guard = netflix({ coreSize: 1, maximumSize: 1, maxQueueSize: 5 });
    const gone = new AbortController();
    const calls = [
      new ScriptedCall([taking(40, success)]),
      new ScriptedCall([success], { signal: gone.signal }),
      new ScriptedCall([taking(40, success)]),
    ];
    const running = calls.map((call) => guard.run(call));
    await vi.advanceTimersByTimeAsync(10);
    expect(calls.map(({ told }) => told)).toEqual([["attempt 1"], [], []]);
    gone.abort(new Error("The caller went away."));
    expect((await running[1])?.outcome).toBe("canceled");
    await vi.advanceTimersByTimeAsync(80);
    expect((await Promise.all(running)).map(({ outcome }) => outcome)).toEqual([
      "success",
      "canceled",
      "success",
    ]);
    expect(calls[1]?.told).toEqual(["ended 1 canceled"]);
    guard.circuit?.close();
  });
});

describe("callers of cockatiel's breaker", () => {
  const halfOpen = () => {
    const breaker = { engine: "consecutive", threshold: 1, halfOpenAfter: "1s" } as const;
    return guardOf({ breaker, timeout: "10s" }).guard;
  };

  it("wait for the result of a probe, and go on by it", async () => {
    const guard = halfOpen();
    await finish(guard.run(new ScriptedCall([failure])));
    await vi.advanceTimersByTimeAsync(1000);
    const probe = guard.run(new ScriptedCall([taking(100, success)]));
    const waiting = new ScriptedCall([success]);
    const waited = guard.run(waiting);
    await vi.advanceTimersByTimeAsync(50);
    expect(waiting.told).toEqual([]);
    await vi.advanceTimersByTimeAsync(50);
    expect((await Promise.all([probe, waited])).map(({ outcome }) => outcome)).toEqual([
      "success",
      "success",
    ]);
  });

  it("leave when they go away meanwhile", async () => {
    const guard = halfOpen();
    await finish(guard.run(new ScriptedCall([failure])));
    await vi.advanceTimersByTimeAsync(1000);
    const probe = guard.run(new ScriptedCall([taking(100, success)]));
    const gone = new AbortController();
    const waited = guard.run(new ScriptedCall([success], { signal: gone.signal }));
    await vi.advanceTimersByTimeAsync(50);
    gone.abort(new Error("The caller went away."));
    expect((await waited).outcome).toBe("canceled");
    expect((await finish(probe)).result).toBe(success);
    expect(guard.picture()[0]).toMatchObject({ inside: 0 });
  });
});
