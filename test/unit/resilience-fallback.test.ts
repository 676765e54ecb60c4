import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { AttemptResult } from "../../simulator/call/contract.ts";
import { LastGoodAnswers } from "../../simulator/resilience/layers/last-good-answers.ts";
import { failure, guardOf, ScriptedCall, success } from "../support/guarded-call.ts";
import { finish } from "../support/virtual-run.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const answer = (text: string, status = 200) => ({
  status,
  headers: [["content-type", "text/plain"]] as const,
  body: Buffer.from(text),
  done: Promise.resolve(true),
  discard: () => undefined,
});
const good = (text: string, status = 200): AttemptResult => ({
  ...success,
  response: answer(text, status),
});

describe("the last good answer", () => {
  const lastGood = () => guardOf({ fallback: { lastGood: "30s" } }).guard;
  const asked = (script: AttemptResult, identity?: string) =>
    new ScriptedCall([script], identity === undefined ? {} : { identity });

  it("answers the same request, with its age", async () => {
    const guard = lastGood();
    await guard.run(asked(good("one"), "POST /one"));
    await guard.run(asked(good("two"), "POST /two"));
    await vi.advanceTimersByTimeAsync(2500);
    const call = asked(failure, "POST /one");
    const { response, fallback } = await guard.run(call);
    expect(fallback).toBe(true);
    expect(response?.body).toEqual(Buffer.from("one"));
    expect(response?.headers).toEqual([
      ["content-type", "text/plain"],
      ["age", "2"],
    ]);
    expect(call.told.at(-1)).toBe("fallback because failure");
  });

  it("is not an older one than it may be, nor another request's, nor a bad one", async () => {
    const guard = lastGood();
    await guard.run(asked(good("one"), "POST /one"));
    await guard.run(asked(good("missing", 404), "POST /two"));
    await vi.advanceTimersByTimeAsync(30_000);
    expect((await guard.run(asked(failure, "POST /one"))).fallback).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    for (const identity of ["POST /one", "POST /two", "POST /three", undefined]) {
      expect(await guard.run(asked(failure, identity))).toBe(failure);
    }
  });

  it("is kept for a thousand requests, and not in more than 16 MiB", () => {
    const answers = new LastGoodAnswers(Infinity);
    for (let i = 0; i < 1500; i++) answers.keep(String(i), answer(String(i)), 0);
    expect(answers.size).toBe(1000);
    expect(answers.find("499", 0)).toBeUndefined();
    expect(answers.find("500", 0)).toBeDefined();
    // What was asked for stays longer than what was not.
    answers.keep("new", answer("new"), 0);
    expect([answers.find("500", 0) !== undefined, answers.find("501", 0)]).toEqual([
      true,
      undefined,
    ]);
    const large = { ...answer(""), body: Buffer.alloc(1024 * 1024) };
    for (let i = 0; i < 20; i++) answers.keep(`large ${String(i)}`, large, 0);
    expect(answers.size).toBe(16);
    answers.keep("too large", { ...large, body: Buffer.alloc(1024 * 1024 + 1) }, 0);
    expect(answers.find("too large", 0)).toBeUndefined();
  });
});

describe("a fallback that fails", () => {
  const failed: AttemptResult = { outcome: "failure", sent: true, error: "other answered 500." };

  it("ends with the library's text for both", async () => {
    const { guard } = guardOf({
      fallback: { service: "other" },
      breaker: { engine: "hystrix-go" },
    });
    const { result } = await finish(guard.run(new ScriptedCall([failure], { fallback: failed })));
    expect(result.error).toBe(
      "fallback failed with 'other answered 500.'. run error was 'svc-1 answered 500.'",
    );
    guard.circuit?.trip();
    const refused = await finish(guard.run(new ScriptedCall([], { fallback: failed })));
    expect(refused.result.error).toBe(
      "fallback failed with 'other answered 500.'. run error was 'hystrix: circuit open'",
    );
    expect(guard.picture()[0]).toMatchObject({
      failed: 2,
      figures: [
        { name: "used", value: 2 },
        { name: "failed", value: 2 },
        { name: "rejected", value: 0 },
      ],
    });
  });

  it("is not asked where the library limits fallbacks and too many run", async () => {
    const { guard } = guardOf({
      fallback: { service: "other" },
      breaker: { engine: "hystrix", fallbackIsolationSemaphoreMaxConcurrentRequests: 1 },
    });
    let answerNow: (result: AttemptResult) => void = () => undefined;
    const slow = new ScriptedCall([failure]);
    slow.fallback = () => new Promise((resolve) => (answerNow = resolve));
    const first = guard.run(slow);
    await vi.advanceTimersByTimeAsync(0);
    const second = await guard.run(new ScriptedCall([failure]));
    expect(second).toMatchObject({
      outcome: "failure",
      error: "fallback execution rejected.",
    });
    answerNow(success);
    expect((await first).outcome).toBe("success");
    guard.circuit?.close();
  });
});
