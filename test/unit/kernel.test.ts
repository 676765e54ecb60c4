import { getEventListeners } from "node:events";
import { afterEach, describe, expect, it, vi } from "vitest";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { codeOf, FuseboardError, messageOf } from "../../simulator/kernel/errors.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { pause } from "../../simulator/kernel/pause.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("a scope", () => {
  it("disposes last in first out, one after the other", async () => {
    const scope = new Scope();
    const done: string[] = [];
    scope.add(() => void done.push("first"));
    scope.add(async () => {
      done.push("second begins");
      await new Promise((resolve) => setImmediate(resolve));
      done.push("second ends");
    });
    await scope.dispose();
    expect(done).toEqual(["second begins", "second ends", "first"]);
  });

  it("ends once, however often and from wherever it is told to", async () => {
    const scope = new Scope();
    let ends = 0;
    scope.signal.addEventListener("abort", () => void scope.dispose());
    scope.add(() => {
      ends++;
    });
    const [first, second] = [scope.dispose(), scope.dispose()];
    expect(second).toBe(first);
    await first;
    await scope.dispose();
    expect(ends).toBe(1);
  });

  it("has ended, and says so by its signal, before the first disposal", async () => {
    const scope = new Scope();
    const seen: boolean[] = [];
    scope.signal.addEventListener("abort", () => seen.push(scope.ended));
    scope.add(() => void seen.push(scope.ended && scope.signal.aborted));
    expect(scope.ended).toBe(false);
    await scope.dispose();
    expect(seen).toEqual([true, true]);
  });

  it("disposes at once what comes too late", async () => {
    const scope = new Scope();
    await scope.dispose();
    await new Promise<void>((resolve) => scope.add(resolve));
    expect(await ended(scope.child())).toBe(true);
  });

  it("lets no failing disposal keep the others from running", async () => {
    const scope = new Scope();
    const done: string[] = [];
    scope.add(() => void done.push("last"));
    scope.add(() => Promise.reject(new Error("one")));
    scope.add(() => {
      throw new Error("two");
    });
    await expect(scope.dispose()).rejects.toMatchObject({
      errors: [new Error("two"), new Error("one")],
      message: "Error: two; Error: one",
    });
    expect(done).toEqual(["last"]);
  });

  it("takes its children along, and forgets those that ended before", async () => {
    const scope = new Scope();
    const done: string[] = [];
    const [early, late] = [scope.child(), scope.child()];
    early.add(() => void done.push("early"));
    late.add(() => void done.push("late"));
    await early.dispose();
    expect([done, late.ended]).toEqual([["early"], false]);
    await scope.dispose();
    expect(done).toEqual(["early", "late"]);
  });

  it("does not dispose what was taken out", async () => {
    const scope = new Scope();
    const disposal = vi.fn();
    scope.add(disposal)();
    await scope.dispose();
    expect(disposal).not.toHaveBeenCalled();
  });
});

async function ended(scope: Scope): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return scope.ended;
}

describe("a pause", () => {
  it("is over after its time, or by the signal, and leaves nothing behind", async () => {
    vi.useFakeTimers();
    const controller = new AbortController();
    const whole = pause(systemClock, 100, controller.signal);
    await vi.advanceTimersByTimeAsync(100);
    await whole;
    const cut = pause(systemClock, 100, controller.signal);
    controller.abort(new Error("enough"));
    await expect(cut).rejects.toThrow("enough");
    await expect(pause(systemClock, 100, controller.signal)).rejects.toThrow("enough");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the event log", () => {
  it("numbers facts without gaps and stamps their time", () => {
    let now = 0;
    const log = new EventLog({ ...systemClock, now: () => ++now });
    const [all, some]: [Fact[], Fact[]] = [[], []];
    log.subscribe((fact) => all.push(fact));
    log.append({ kind: "cluster-stopping" });
    const stop = log.subscribe((fact) => some.push(fact));
    log.append({ kind: "cluster-stopping" });
    stop();
    log.append({ kind: "cluster-stopped" });
    expect(all.map(({ seq, at }) => [seq, at])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(some.map(({ seq }) => seq)).toEqual([2]);
    expect(log.seq).toBe(3);
  });
});

describe("time and chance", () => {
  it("the system's clock never goes backwards and is about now", () => {
    const times = Array.from({ length: 1000 }, () => systemClock.now());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(5000);
  });

  it("a seeded source replays its numbers, which are spread evenly", () => {
    const numbers = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 10_000 }, () => random.next());
    };
    const first = numbers(1);
    expect(numbers(1)).toEqual(first);
    expect(numbers(2)).not.toEqual(first);
    expect(first.every((number) => number >= 0 && number < 1)).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, i) => first.filter((number) => Math.floor(number * 10) === i).length,
    );
    expect(Math.min(...tenths)).toBeGreaterThan(900);
  });
});

describe("errors", () => {
  it("carry a code, a place and a cause", () => {
    const cause = Object.assign(new Error("in use"), { code: "EADDRINUSE" });
    const location = { file: "/shop/cart.ts", line: 3, column: 1 };
    const error = new FuseboardError("port-in-use", "Choose another.", { cause, location });
    expect(error).toMatchObject({ code: "port-in-use", location, cause, name: "FuseboardError" });
    expect([messageOf(error), messageOf("text"), messageOf(undefined)]).toEqual([
      "Choose another.",
      "text",
      "undefined",
    ]);
    expect([codeOf(cause), codeOf(new Error("none")), codeOf("text")]).toEqual([
      "EADDRINUSE",
      undefined,
      undefined,
    ]);
  });
});
