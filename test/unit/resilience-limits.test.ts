import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LAYERS } from "../../simulator/protocol/spec.ts";
import { layerKinds } from "../../simulator/resilience/layers/index.ts";
import {
  failure,
  guardOf,
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

const outcomeOf = async (guard: ReturnType<typeof guardOf>["guard"]) =>
  (await guard.run(new ScriptedCall([success]))).outcome;

it("has a layer for every id of the cluster file, in their order", () => {
  expect(layerKinds.map(({ id }) => id)).toEqual(LAYERS);
});

describe("rate limit", () => {
  it("takes a token for each call, and gets them back as time goes by", async () => {
    const { guard } = guardOf({ rateLimit: { perSecond: 10, burst: 2 } });
    expect(await outcomeOf(guard)).toBe("success");
    expect(await outcomeOf(guard)).toBe("success");
    const refused = await guard.run(new ScriptedCall([success]));
    expect(refused).toEqual({
      outcome: "rejected",
      sent: false,
      error: "The rate limit is reached: 10 per second, bursts of 2.",
    });
    await vi.advanceTimersByTimeAsync(99);
    expect(await outcomeOf(guard)).toBe("rejected");
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcomeOf(guard)).toBe("success");
    expect(await outcomeOf(guard)).toBe("rejected");
    const [picture] = guard.picture();
    expect(picture).toMatchObject({ id: "rate-limit", entered: 6, inside: 0, refused: 3 });
  });

  it("never holds more tokens than its bucket, by default those of a second", async () => {
    const { guard } = guardOf({ rateLimit: { perSecond: 3 } });
    await vi.advanceTimersByTimeAsync(60_000);
    const outcomes = [];
    for (let i = 0; i < 4; i++) outcomes.push(await outcomeOf(guard));
    expect(outcomes).toEqual(["success", "success", "success", "rejected"]);
    const seldom = guardOf({ rateLimit: { perSecond: 0.5 } }).guard;
    expect([await outcomeOf(seldom), await outcomeOf(seldom)]).toEqual(["success", "rejected"]);
  });
});

describe("bulkhead", () => {
  it("keeps nobody waiting longer than its queue's timeout", async () => {
    const bulkhead = { concurrent: 1, queue: 2, queueTimeout: "30ms" };
    const { guard } = guardOf({ bulkhead });
    const running = [50, 20, 20].map((ms) => guard.run(new ScriptedCall([taking(ms, success)])));
    await vi.advanceTimersByTimeAsync(30);
    expect(await running[1]).toEqual({
      outcome: "rejected",
      sent: false,
      error: "No place in the bulkhead became free within 30ms.",
    });
    await vi.advanceTimersByTimeAsync(20);
    expect((await Promise.all(running)).map(({ outcome }) => outcome)).toEqual([
      "success",
      "rejected",
      "rejected",
    ]);
    expect(await outcomeOf(guard)).toBe("success");
  });

  it("does not queue for a caller who has gone already", async () => {
    const { guard } = guardOf({ bulkhead: { concurrent: 1, queue: 5 } });
    const first = guard.run(new ScriptedCall([taking(10, success)]));
    const signal = AbortSignal.abort(new Error("Gone."));
    const gone = await guard.run(new ScriptedCall([success], { signal }));
    expect(gone).toMatchObject({ outcome: "canceled", error: "Gone." });
    await vi.advanceTimersByTimeAsync(10);
    await first;
    expect(guard.picture().every(({ inside }) => inside === 0)).toBe(true);
  });

  it("lets them in as they came", async () => {
    const { guard } = guardOf({ bulkhead: { concurrent: 1, queue: 5 } });
    const order: number[] = [];
    const running = [0, 1, 2, 3].map(async (i) => {
      await guard.run(new ScriptedCall([taking(10, success)]));
      order.push(i);
    });
    await vi.advanceTimersByTimeAsync(40);
    await Promise.all(running);
    expect(order).toEqual([0, 1, 2, 3]);
  });
});

describe("the time of one try", () => {
  const retry = {
    attempts: 2,
    backoff: "constant",
    initial: "0ms",
    nonIdempotent: true,
    perTryTimeout: "40ms",
  } as const;

  it("is limited with all layers within it, and narrows the deadline", async () => {
    const { guard } = guardOf({ retry, bulkhead: { concurrent: 1, queue: 5 }, timeout: "1s" });
    const call = new ScriptedCall([taking(500, success), taking(10, success)]);
    const { result, ms } = await finish(guard.run(call));
    expect([result, ms]).toEqual([success, 50]);
    expect(call.bounds[0]?.deadline).toBe(Date.now() - 50 + 40);
  });

  it("also ends a wait in the bulkhead, whose place it never took", async () => {
    const { guard } = guardOf({
      retry: { ...retry, attempts: 1 },
      bulkhead: { concurrent: 1, queue: 5 },
    });
    const deaf = () =>
      new Promise<typeof success>((resolve) => setTimeout(() => resolve(success), 100));
    const first = guard.run(new ScriptedCall([deaf]));
    const second = new ScriptedCall([success]);
    const { result } = await finish(guard.run(second));
    expect(result).toMatchObject({ outcome: "timeout", sent: false });
    expect(second.told).toEqual(["ended 1 timeout"]);
    expect((await first).outcome).toBe("timeout");
    await vi.advanceTimersByTimeAsync(100);
    expect(guard.picture().every(({ inside }) => inside === 0)).toBe(true);
  });

  it("ends no later than the caller's deadline, and is not tried again after it", async () => {
    const deadline = Date.now() + 100;
    const { guard } = guardOf({ retry: { ...retry, attempts: 9, initial: "30ms" } });
    const call = new ScriptedCall([unsent], { deadline });
    const { ms } = await finish(guard.run(call));
    expect(ms).toBe(90);
    expect(call.told.filter((line) => line.startsWith("attempt"))).toHaveLength(4);
  });
});

describe("the order of layers", () => {
  it("is the cluster file's: a timeout around the retry limits all tries together", async () => {
    const retry = { attempts: 5, backoff: "constant", initial: "0ms" } as const;
    const slow = { ...unsent, outcome: "unavailable" as const };
    const call = () => new ScriptedCall([taking(40, slow)]);
    const within = guardOf({ retry, timeout: "100ms" }).guard;
    const settings = { retry: { ...retry, nonIdempotent: true }, timeout: "100ms" };
    const around = guardOf({ ...settings, layers: ["timeout"] }).guard;
    expect((await finish(within.run(call()))).result.outcome).toBe("unavailable");
    const { result, ms } = await finish(around.run(call()));
    expect([result.outcome, ms]).toEqual(["timeout", 100]);
    expect(around.picture().map(({ id }) => id)).toEqual(["timeout", "retry"]);
    expect(within.picture().map(({ id }) => id)).toEqual(["retry", "timeout"]);
  });

  it("puts the fallback inside of the retry when told so: nothing is tried again then", async () => {
    const { guard } = guardOf({
      retry: { attempts: 3, initial: "1ms" },
      fallback: { value: 1 },
      layers: ["retry", "fallback"],
    });
    const call = new ScriptedCall([unsent]);
    await finish(guard.run(call));
    expect(call.told).toEqual(["attempt 1", "ended 1 unavailable", "fallback because unavailable"]);
  });

  it("counts what every layer saw", async () => {
    const { guard } = guardOf({
      fallback: { value: 1 },
      rateLimit: { perSecond: 100 },
      retry: { attempts: 2, initial: "1ms", nonIdempotent: true, backoff: "constant" },
      breaker: { engine: "consecutive" },
      bulkhead: {},
    });
    await finish(guard.run(new ScriptedCall([failure, failure])));
    await finish(guard.run(new ScriptedCall([failure, success])));
    expect(
      guard.picture().map(({ id, entered, succeeded, failed }) => [id, entered, succeeded, failed]),
    ).toEqual([
      ["fallback", 2, 2, 0],
      ["rate-limit", 2, 1, 1],
      ["retry", 2, 1, 1],
      ["breaker", 4, 1, 3],
      ["bulkhead", 4, 1, 3],
      ["timeout", 4, 1, 3],
    ]);
  });
});
