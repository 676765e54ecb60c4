import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import { SharedLimits } from "../../simulator/kernel/limits.ts";

const reason = new Error("Enough.");
const hears = () => ({ canceled: vi.fn() });

describe("a cancellation", () => {
  it("ends with its signal, its parent, or by itself, and only once", () => {
    const controller = new AbortController();
    const root = Cancellation.of(controller.signal);
    const [child, other] = [root.child(), root.child()];
    const [ofRoot, ofChild, ofOther] = [hears(), hears(), hears()];
    root.listen(ofRoot);
    child.listen(ofChild);
    other.listen(ofOther);
    child.cancel(reason);
    child.cancel(new Error("Again."));
    expect(ofChild.canceled.mock.calls).toEqual([[reason]]);
    expect([root.reason, child.reason, other.reason]).toEqual([undefined, reason, undefined]);
    const gone = new Error("The caller went away.");
    controller.abort(gone);
    expect(ofRoot.canceled.mock.calls).toEqual([[gone]]);
    expect(ofOther.canceled.mock.calls).toEqual([[gone]]);
    expect(ofChild.canceled).toHaveBeenCalledOnce();
    expect(child.reason).toBe(reason);
  });

  it("listens to its signal only while somebody listens to it", () => {
    const { signal } = new AbortController();
    const child = Cancellation.of(signal).child();
    const [first, second] = [hears(), hears()];
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    child.listen(first);
    child.listen(second);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    child.unlisten(first);
    child.unlisten(second);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    child.listen(first);
    child.cancel(reason);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });

  it("is an AbortSignal to those who need one", () => {
    const controller = new AbortController();
    const root = Cancellation.of(controller.signal);
    expect(root.signal).toBe(controller.signal);
    const { signal } = root.child();
    controller.abort(reason);
    expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    expect(root.child().signal.aborted).toBe(true);
  });

  it("is the same for all that nothing ends, and piles nothing up", () => {
    const { never } = Cancellation;
    never.listen(hears());
    expect(never.signal).not.toBe(never.signal);
    expect([never.reason, never.child().reason]).toEqual([undefined, undefined]);
  });
});

it("a listener that another one takes off is not told", () => {
  const root = Cancellation.independent();
  const [first, second, third] = [hears(), hears(), hears()];
  first.canceled.mockImplementation(() => {
    root.unlisten(third);
  });
  for (const listener of [first, second, third]) root.listen(listener);
  root.cancel(reason);
  expect(second.canceled).toHaveBeenCalledOnce();
  expect(third.canceled).not.toHaveBeenCalled();
});

describe("limits of the machine's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("are over in their time, each, by one timer for all of a length", () => {
    const limits = new SharedLimits(() => Date.now());
    const over: string[] = [];
    const start = (name: string, ms: number) =>
      limits.start(ms, { late: () => over.push(`${name} at ${String(Date.now() - began)}`) });
    const began = Date.now();
    start("a", 100);
    const lifted = start("b", 100);
    vi.advanceTimersByTime(30);
    start("c", 100);
    start("d", 20);
    expect(vi.getTimerCount()).toBe(2);
    lifted.lift();
    vi.advanceTimersByTime(200);
    expect(over).toEqual(["d at 50", "a at 100", "c at 130"]);
    lifted.lift();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("need no timer each where they differ by parts of a millisecond", () => {
    const limits = new SharedLimits(() => Date.now());
    const began = Date.now();
    const over: number[] = [];
    for (let part = 0; part < 100; part++) {
      limits.start(99.005 + part / 100, { late: () => over.push(Date.now() - began) });
    }
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(99);
    expect(over).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(over).toHaveLength(100);
  });

  it("may begin while others end, also when one of them throws", () => {
    const limits = new SharedLimits(() => Date.now());
    const over: string[] = [];
    limits.start(50, {
      late: () => {
        limits.start(50, { late: () => over.push("second") });
        throw reason;
      },
    });
    limits.start(50, { late: () => over.push("first") });
    expect(() => vi.advanceTimersByTime(50)).toThrow(reason);
    vi.advanceTimersByTime(100);
    expect(over).toEqual(["first", "second"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
