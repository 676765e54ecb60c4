import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttemptResult } from "../../simulator/call/contract.ts";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";
import { isRetryable } from "../../simulator/resilience/retry-rules/own.ts";
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
import { ServiceSpec } from "../../simulator/protocol/spec.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const never = taking(1e9, success);

/** Runs a call to its end in virtual time; answers the result and how long it took. */
async function run(file: Partial<ServiceFile>, call: ScriptedCall) {
  return finish(guardOf(file).guard.run(call));
}

describe("timeout", () => {
  it("ends an attempt that takes longer, and aborts it", async () => {
    const call = new ScriptedCall([never]);
    const { result, ms } = await run({ timeout: "250ms" }, call);
    expect(result).toEqual({
      outcome: "timeout",
      instance: "svc-1",
      sent: true,
      error: "No answer within 250ms.",
    });
    expect(ms).toBe(250);
  });

  it("lets one that is just in time pass", async () => {
    const { result } = await run({ timeout: "250ms" }, new ScriptedCall([taking(249, success)]));
    expect(result).toBe(success);
  });

  it("is a timeout also when the attempt gives up with an error of its own", async () => {
    const call = new ScriptedCall([
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("wire torn down")), {
            capture: true,
          });
        }),
    ]);
    expect((await run({ timeout: "10ms" }, call)).result.outcome).toBe("timeout");
  });

  it("limits each attempt, not the call", async () => {
    const retry = {
      attempts: 3,
      backoff: "constant",
      initial: "0ms",
      nonIdempotent: true,
    } as const;
    const call = new ScriptedCall([never, never, taking(90, success)]);
    const { result, ms } = await run({ timeout: "100ms", retry }, call);
    expect(result).toBe(success);
    expect(ms).toBe(290);
  });

  it("leaves the attempt's signal alone once the head of the answer is there", async () => {
    let seen: AbortSignal | undefined;
    const call = new ScriptedCall([
      (signal) => {
        seen = signal;
        return Promise.resolve(success);
      },
    ]);
    await run({ timeout: "10ms" }, call);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen?.aborted).toBe(false);
  });

  it("lets a bug of ours through as what it is", async () => {
    const call = new ScriptedCall([() => Promise.reject(new TypeError("a bug"))]);
    await expect(guardOf({}).guard.run(call)).rejects.toThrow("a bug");
  });
});

describe("retry", () => {
  it("makes as many attempts as it says, the first one included", async () => {
    const call = new ScriptedCall([unsent]);
    const { result } = await run(
      { retry: { attempts: 3, backoff: "constant", initial: "100ms" } },
      call,
    );
    expect(result).toBe(unsent);
    expect(call.told).toEqual([
      "attempt 1",
      "ended 1 unavailable",
      "retrying 1 after 100",
      "attempt 2",
      "ended 2 unavailable",
      "retrying 2 after 100",
      "attempt 3",
      "ended 3 unavailable",
    ]);
  });

  it("stops at the first success", async () => {
    const call = new ScriptedCall([unsent, success]);
    const { result } = await run({ retry: { attempts: 5 } }, call);
    expect(result).toBe(success);
    expect(call.told.filter((line) => line.startsWith("attempt"))).toHaveLength(2);
  });

  it("pauses constantly, or twice as long each time up to the longest", async () => {
    const pauses = async (retry: ServiceFile["retry"]) => {
      const call = new ScriptedCall([unsent]);
      const { ms } = await run({ retry }, call);
      const told = call.told.flatMap((line) => /after (\d+)/.exec(line)?.[1] ?? []).map(Number);
      // cockatiel itself takes a timer of no time for each.
      expect(ms - told.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(told.length);
      return told;
    };
    expect(await pauses({ attempts: 4, backoff: "constant", initial: "70ms" })).toEqual([
      70, 70, 70,
    ]);
    expect(
      await pauses({
        attempts: 6,
        backoff: "exponential",
        jitter: "none",
        initial: "100ms",
        max: "500ms",
      }),
    ).toEqual([100, 200, 400, 500, 500]);
  });

  it("spreads the pauses, by the decorrelated jitter of cockatiel unless told otherwise", async () => {
    for (const jitter of ["decorrelated", "full", "half"] as const) {
      const random = vi.spyOn(Math, "random").mockReturnValue(0.5);
      const call = new ScriptedCall([unsent]);
      await run({ retry: { attempts: 4, jitter, initial: "100ms" } }, call);
      random.mockRestore();
      const told = call.told.flatMap((line) => /after (\d+)/.exec(line)?.[1] ?? []).map(Number);
      const expected = {
        // 2^t × tanh(√4t) of t = 0.5, 1.5, 2.5, each less the one before, × 100 / 1.4
        decorrelated: [90, 109, 204],
        full: [50, 100, 200],
        half: [75, 150, 300],
      };
      expect(told).toEqual(expected[jitter]);
    }
  });

  it("does not begin once the caller has gone, not even after the pause", async () => {
    const controller = new AbortController();
    const call = new ScriptedCall([unsent], { signal: controller.signal });
    const running = guardOf({
      retry: { attempts: 3, backoff: "constant", initial: "10m" },
    }).guard.run(call);
    await vi.advanceTimersByTimeAsync(1000);
    expect(call.told.at(-1)).toBe("retrying 1 after 600000");
    controller.abort(new Error("The caller went away."));
    expect(await running).toEqual({
      outcome: "canceled",
      sent: false,
      error: "The caller went away.",
    });
    expect(call.told.filter((line) => line.startsWith("attempt"))).toHaveLength(1);
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  it("gives up the body of an answer that it does not pass on", async () => {
    const discard = vi.fn();
    const response = {
      status: 503,
      headers: [],
      body: Buffer.alloc(0),
      done: Promise.resolve(true),
      discard,
    };
    const refused: AttemptResult = { ...failure, sent: false, response };
    await run({ retry: { attempts: 2, initial: "1ms" } }, new ScriptedCall([refused, success]));
    expect(discard).toHaveBeenCalledOnce();
    const last = await run({ retry: { attempts: 1 } }, new ScriptedCall([refused]));
    expect(last.result.response).toBe(response);
    expect(discard).toHaveBeenCalledOnce();
  });

  it("does not send again a body that is not kept", async () => {
    const call = new ScriptedCall([unsent], { replayable: false });
    await run({ retry: { attempts: 3 } }, call);
    expect(call.told).toEqual(["attempt 1", "ended 1 unavailable"]);
  });

  it("never sends what Hystrix's timeout found unsent when another attempt follows", async () => {
    const breaker = { engine: "hystrix-go", timeout: 60 } as const;
    const retry = { attempts: 2, backoff: "constant", initial: "1ms" } as const;
    let first: { readonly sent: boolean } | undefined;
    const call = new ScriptedCall([
      (signal, progress) => queued(500, 70)(signal, (first = progress)),
      queued(50, 30),
    ]);
    const { result } = await run({ retry, breaker }, call);
    expect(result).toBe(success);
    expect(call.told).toEqual([
      "attempt 1",
      "ended 1 timeout",
      "retrying 1 after 1",
      "attempt 2",
      "ended 2 success",
    ]);
    expect(first).toEqual({ sent: false });
  });

  const answer = (status: number, sent: boolean): AttemptResult => ({
    outcome: status < 500 ? "success" : "failure",
    sent,
    response: {
      status,
      headers: [],
      body: Buffer.alloc(0),
      done: Promise.resolve(true),
      discard: () => undefined,
    },
  });
  const timedOut = (sent: boolean): AttemptResult => ({ outcome: "timeout", sent });

  it.each([
    ["error", unsent, true],
    ["error", { ...unsent, sent: true }, false],
    ["error", timedOut(false), false],
    ["timeout", timedOut(false), true],
    ["timeout", timedOut(true), false],
    ["5xx", answer(503, false), true],
    ["5xx", answer(503, true), false],
    ["5xx", answer(404, false), false],
    [404, answer(404, false), true],
    [404, answer(404, true), false],
    [503, answer(500, false), false],
    ["error", { outcome: "short-circuit", sent: false }, false],
    ["timeout", { outcome: "rejected", sent: false }, false],
    ["error", { outcome: "canceled", sent: false }, false],
    ["5xx", success, false],
  ] as const)("on %s, of %o: %s", (on, result, expected) => {
    const spec = ServiceSpec.parse({ synthetic: {}, retry: { on: [on] } }).retry;
    if (spec?.rules !== "fuseboard") throw new Error("There is no retry of ours.");
    expect(isRetryable(spec, result, false)).toBe(expected);
    // What was sent is repeated only when that is harmless, or when the file says so.
    const asked = expected || (result.sent && isRetryable(spec, { ...result, sent: false }, false));
    expect(isRetryable(spec, result, true)).toBe(asked);
    expect(isRetryable({ ...spec, nonIdempotent: true }, result, false)).toBe(asked);
  });
});

describe("bulkhead", () => {
  it("rejects what is beyond its places and its queue, at once", async () => {
    const { guard } = guardOf({ bulkhead: { concurrent: 2, queue: 1 }, timeout: "1s" });
    const calls = Array.from({ length: 4 }, () => new ScriptedCall([taking(100, success)]));
    const running = calls.map((call) => guard.run(call));
    expect(await running[3]).toEqual({
      outcome: "rejected",
      sent: false,
      error: "The bulkhead is full: 2 attempts under way, 1 waiting.",
    });
    expect(calls.map(({ told }) => told.includes("attempt 1"))).toEqual([true, true, false, false]);
    await vi.advanceTimersByTimeAsync(100);
    expect(calls[2]?.told).toEqual(["attempt 1"]);
    await vi.advanceTimersByTimeAsync(100);
    expect((await Promise.all(running)).map(({ outcome }) => outcome)).toEqual([
      "success",
      "success",
      "success",
      "rejected",
    ]);
  });

  it("starts the timeout of an attempt only when it has its place", async () => {
    const { guard } = guardOf({ bulkhead: { concurrent: 1, queue: 1 }, timeout: "100ms" });
    const running = [1, 2].map(() => guard.run(new ScriptedCall([taking(80, success)])));
    await vi.advanceTimersByTimeAsync(160);
    expect((await Promise.all(running)).map(({ outcome }) => outcome)).toEqual([
      "success",
      "success",
    ]);
  });

  it("passes over who left the queue", async () => {
    const { guard } = guardOf({ bulkhead: { concurrent: 1, queue: 2 } });
    const controller = new AbortController();
    const calls = [
      new ScriptedCall([taking(50, success)]),
      new ScriptedCall([success], { signal: controller.signal }),
      new ScriptedCall([success]),
    ];
    const running = calls.map((call) => guard.run(call));
    controller.abort(new Error("The caller went away."));
    await vi.advanceTimersByTimeAsync(50);
    expect((await Promise.all(running)).map(({ outcome }) => outcome)).toEqual([
      "success",
      "canceled",
      "success",
    ]);
    expect(calls[1]?.told).toEqual(["ended 1 canceled"]);
  });
});

describe("fallback", () => {
  const fallback = { value: "instead" };

  it.each([
    ["failure", failure],
    ["unavailable", unsent],
    ["timeout", never],
  ] as const)("answers after %s", async (because, step) => {
    const call = new ScriptedCall([step]);
    const { result } = await run({ fallback, timeout: "10ms" }, call);
    expect(result.outcome).toBe("success");
    expect(call.told.at(-1)).toBe(`fallback because ${because}`);
  });

  it("is not asked after a success, nor when nobody waits for it", async () => {
    const good = new ScriptedCall([success]);
    await run({ fallback }, good);
    const controller = new AbortController();
    const left = new ScriptedCall([never], { signal: controller.signal });
    const running = guardOf({ fallback, timeout: "1m" }).guard.run(left);
    controller.abort(new Error("The caller went away."));
    expect((await running).outcome).toBe("canceled");
    expect([...good.told, ...left.told].filter((line) => line.startsWith("fallback"))).toEqual([]);
  });
});

describe("the order fallback(retry(breaker(bulkhead(timeout))))", () => {
  const breaker = { engine: "consecutive", threshold: 2, halfOpenAfter: "10s" } as const;
  const retry = { attempts: 2, backoff: "constant", initial: "1ms" } as const;

  it("asks the fallback once, after the last attempt", async () => {
    const call = new ScriptedCall([unsent]);
    await run({ fallback: { value: 1 }, retry }, call);
    expect(call.told).toEqual([
      "attempt 1",
      "ended 1 unavailable",
      "retrying 1 after 1",
      "attempt 2",
      "ended 2 unavailable",
      "fallback because unavailable",
    ]);
  });

  it("counts every attempt of a retry in the breaker, which may open between two", async () => {
    const { guard } = guardOf({ breaker, retry: { ...retry, attempts: 4 } });
    const call = new ScriptedCall([unsent]);
    const { result } = await finish(guard.run(call));
    // The open breaker's refusal is none of what the retry answers to.
    expect(result.outcome).toBe("short-circuit");
    expect(call.told).toEqual([
      "attempt 1",
      "ended 1 unavailable",
      "retrying 1 after 1",
      "attempt 2",
      "ended 2 unavailable",
      "retrying 2 after 1",
      "ended 3 short-circuit",
    ]);
  });

  it("counts a timeout and a full bulkhead in the breaker as failures", async () => {
    const { guard, states } = guardOf({ breaker, bulkhead: { concurrent: 1 }, timeout: "10ms" });
    const slow = guard.run(new ScriptedCall([never]));
    expect((await guard.run(new ScriptedCall([success]))).outcome).toBe("rejected");
    expect((await finish(slow)).result.outcome).toBe("timeout");
    expect(states.map(({ status }) => status)).toEqual(["open"]);
    // Refused by the breaker it takes no place in the bulkhead.
    const refused = await guard.run(new ScriptedCall([success]));
    expect(refused).toMatchObject({ outcome: "short-circuit", sent: false });
    expect(refused.error).toBe(
      "Execution prevented because the circuit breaker is open. Opened: 2 requests in a row failed, and the threshold is 2.",
    );
  });

  it("counts nothing of calls whose callers went away", async () => {
    const { guard, states } = guardOf({ breaker, timeout: "1m" });
    for (let i = 0; i < 5; i++) {
      const controller = new AbortController();
      const running = guard.run(new ScriptedCall([never], { signal: controller.signal }));
      controller.abort(new Error("The caller went away."));
      expect((await running).outcome).toBe("canceled");
      expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    }
    expect(states).toEqual([]);
    expect(guard.circuit?.window()).toMatchObject({ requests: 0, errors: 0 });
  });
});
