import { describe, expect, it } from "vitest";
import type { Redispatch } from "../../simulator/balancing/contract.ts";
import type { AttemptResult } from "../../simulator/call/contract.ts";
import type { HaproxyRetry } from "../../simulator/protocol/spec.ts";
import { haproxyRetry } from "../../simulator/resilience/retry-rules/haproxy.ts";

const refused: AttemptResult = { outcome: "unavailable", sent: false, instance: "s-1" };
const late: AttemptResult = { outcome: "timeout", sent: false, instance: "s-1" };
const empty: AttemptResult = { outcome: "unavailable", sent: true, instance: "s-1" };
const silent: AttemptResult = { outcome: "timeout", sent: true, instance: "s-1" };
const answered = (status: number): AttemptResult => ({
  outcome: status < 500 ? "success" : "failure",
  sent: true,
  instance: "s-1",
  response: {
    status,
    headers: [],
    body: Buffer.alloc(0),
    done: Promise.resolve(true),
    discard: () => undefined,
  },
});

function rulesOf(spec: Partial<HaproxyRetry>) {
  const defaults = { rules: "haproxy", retries: 3, redispatch: 0, connectTimeout: 5000 } as const;
  return haproxyRetry({ ...defaults, on: ["conn-failure"], ...spec });
}

/** What follows each of these results: `stay 1000`, `move 0`, or `end`. */
function stepsOf(
  spec: Partial<HaproxyRetry>,
  results: readonly AttemptResult[],
  redispatch: Redispatch = { atOnce: false, pauses: false },
  tries = Infinity,
): string[] {
  const call = { method: "POST", idempotent: false, replayable: true, tries };
  const retries = rulesOf(spec).begin({ ...call, redispatch: () => redispatch });
  return results.map((result) => {
    const step = retries.after(result, 0);
    return step ? `${step.stay ? "stay" : "move"} ${step.pauseMs}` : "end";
  });
}

const thrice = [refused, refused, refused, refused];

describe("HAProxy's retries", () => {
  it("stay at the same server, a second apart or the connect timeout", () => {
    expect(stepsOf({}, thrice)).toEqual(["stay 1000", "stay 1000", "stay 1000", "end"]);
    expect(stepsOf({ connectTimeout: 200 }, thrice)[0]).toBe("stay 200");
    expect(stepsOf({ retries: 0 }, thrice)[0]).toBe("end");
  });

  it("go elsewhere at every n-th, or counted from the last", () => {
    const moves = (redispatch: number) =>
      stepsOf({ redispatch }, thrice).map((step) => step.split(" ")[0]);
    expect(moves(-1)).toEqual(["stay", "stay", "move", "end"]);
    expect(moves(-2)).toEqual(["stay", "move", "stay", "end"]);
    expect(moves(1)).toEqual(["move", "move", "move", "end"]);
    expect(moves(2)).toEqual(["stay", "move", "stay", "end"]);
  });

  it("go elsewhere at once where the algorithm goes round, if they may", () => {
    const round = { atOnce: true, pauses: false };
    expect(stepsOf({ redispatch: -1 }, thrice, round)[0]).toBe("move 0");
    expect(stepsOf({ redispatch: 0 }, thrice, round)[0]).toBe("stay 1000");
    // With one server left, elsewhere is the same.
    expect(stepsOf({ redispatch: 1 }, thrice, { atOnce: false, pauses: true })[0]).toBe(
      "move 1000",
    );
  });

  it("pause only after a refused connection", () => {
    const on: HaproxyRetry["on"] = ["conn-failure", "empty-response", 503];
    expect(stepsOf({ on }, [late, empty, answered(503)])).toEqual(["stay 0", "stay 0", "stay 0"]);
  });

  it.each<[HaproxyRetry["on"][number], string[]]>([
    ["none", []],
    ["conn-failure", ["refused", "late"]],
    ["empty-response", ["empty"]],
    ["response-timeout", ["silent"]],
    [404, ["404"]],
    ["all-retryable-errors", ["refused", "late", "empty", "silent", "500", "503"]],
  ])("with retry-on %s follow %j", (on, expected) => {
    const results = { refused, late, empty, silent };
    const all = { ...results, 404: answered(404), 500: answered(500), 501: answered(501) };
    const asked = Object.entries({ ...all, 503: answered(503) }).filter(
      ([, result]) => stepsOf({ on: [on] }, [result])[0] !== "end",
    );
    expect(asked.map(([name]) => name).sort()).toEqual([...expected].sort());
  });

  it("never follow when there was no server, no second body, or another makes them", () => {
    const nobody: AttemptResult = { outcome: "unavailable", sent: false };
    expect(stepsOf({}, [nobody])).toEqual(["end"]);
    expect(stepsOf({}, [refused], undefined, 1)).toEqual(["end"]);
    const call = { method: "GET", idempotent: true, replayable: false, tries: Infinity };
    expect(rulesOf({}).begin(call).after(refused, 0)).toBeUndefined();
  });

  it("end with HAProxy's statuses", () => {
    const rules = rulesOf({ redispatch: -1 });
    const statuses = [refused, late, empty, silent].map((result) => rules.statusOf?.(result));
    expect(statuses).toEqual([503, 503, 502, 504]);
    expect(rules.statusOf?.({ outcome: "rejected", sent: false })).toBeUndefined();
    expect(rules.redispatch).toBe(true);
  });
});
