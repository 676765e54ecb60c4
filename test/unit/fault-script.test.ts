import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FaultSpec } from "../../simulator/protocol/model.ts";
import { parseFaultFields } from "../../simulator/protocol/fault-text.ts";
import { parseFaultScript, type ScriptStep } from "../../simulator/protocol/fault-script.ts";

const steps = (text: string): readonly ScriptStep[] => {
  const read = parseFaultScript(text);
  if ("message" in read) throw new Error(read.message);
  return read.steps;
};

describe("a script of outcomes", () => {
  test("is read with all its words", () => {
    expect(steps("2 × 503, 1 × timeout, ok")).toEqual([
      { count: 2, outcome: { kind: "status", status: 503 } },
      { count: 1, outcome: { kind: "timeout" } },
      { count: 1, outcome: { kind: "ok" } },
    ]);
    expect(
      steps("pass,no-answer, refuse,reset , abort,1.5s").map(({ outcome }) => outcome),
    ).toEqual([
      { kind: "ok" },
      { kind: "timeout" },
      { kind: "refuse" },
      { kind: "reset" },
      { kind: "abort" },
      { kind: "delay", ms: 1500 },
    ]);
  });

  test.each(["3 × 429", "3×429", "3x429", "3 X 429", "3 * 429", "3*429", " 3  x  429 "])(
    "takes %j for three times a status",
    (text) => {
      expect(steps(text)).toEqual([{ count: 3, outcome: { kind: "status", status: 429 } }]);
    },
  );

  const words = "a status such as 503, ok, timeout, refuse, reset, abort, or a delay such as 200ms";
  test.each([
    ["", 1, `Expected ${words}`],
    ["503,", 5, `Expected ${words}`],
    ["ok, , 503", 5, `Expected ${words}`],
    ["2 × 503, 1 × tiemout", 14, `Expected ${words} instead of "tiemout"`],
    ["2 ×", 4, `Expected ${words} after "×"`],
    ["x 503", 1, 'Expected a number before "x", such as 2 x 503'],
    ["ok, 0 × 503", 5, 'Expected a whole number from 1 to 1000000 instead of "0"'],
    ["1.5 × 503", 1, 'Expected a whole number from 1 to 1000000 instead of "1.5"'],
    ["1000001 × ok", 1, 'Expected a whole number from 1 to 1000000 instead of "1000001"'],
    ["ok, 600", 5, 'Expected a status from 200 to 599 instead of "600"'],
    ["100", 1, 'Expected a status from 200 to 599 instead of "100"'],
    ["11m", 1, 'Expected a delay of at most 10m instead of "11m"'],
    ["toString", 1, `Expected ${words} instead of "toString"`],
  ])("says of %j what is wrong, and where", (text, column, message) => {
    expect(parseFaultScript(text)).toEqual({
      message: `${message} (character ${String(column)})`,
      column,
    });
  });

  test("that is wrong is no fault, and the form says why", () => {
    expect(FaultSpec.safeParse({ kind: "script", script: "503, often" }).success).toBe(false);
    expect(parseFaultFields("script", { script: "503, often" })).toEqual({
      message: `Expected ${words} instead of "often" (character 6).`,
      field: "script",
    });
    expect(parseFaultFields("script", { script: "503" })).toEqual({
      fault: { kind: "script", script: "503", repeat: false },
    });
  });

  test("cut anywhere is either a script or says where it stops being one", () => {
    const text = "2 × 503, 1x timeout,ok, 3 * 200ms , no-answer,10 × 404";
    for (let from = 0; from < text.length; from++) {
      for (let to = from; to <= text.length; to++) {
        const cut = text.slice(from, to);
        const read = parseFaultScript(cut);
        if ("steps" in read) {
          expect(read.steps.length).toBe(cut.split(",").length);
          continue;
        }
        expect(read.message).toMatch(/^Expected .* \(character \d+\)$/);
        expect(read.column).toBeGreaterThanOrEqual(1);
        expect(read.column).toBeLessThanOrEqual(cut.length + 1);
      }
    }
  });

  test("is read back as it was written", () => {
    const outcome = fc.oneof(
      fc.integer({ min: 200, max: 599 }).map(String),
      fc.constantFrom("ok", "timeout", "refuse", "reset", "abort"),
      fc.integer({ min: 0, max: 600_000 }).map((ms) => `${String(ms)}ms`),
    );
    const step = fc.tuple(fc.integer({ min: 1, max: 1_000_000 }), outcome);
    const sign = fc.constantFrom(" × ", "x", "*", " x ");
    fc.assert(
      fc.property(fc.array(step, { minLength: 1 }), sign, (written, by) => {
        const text = written.map(([count, word]) => `${String(count)}${by}${word}`).join(", ");
        const read = steps(text).map(({ count, outcome: { kind, ...rest } }) => {
          const [value] = Object.values<number>(rest);
          const word = kind === "delay" ? `${String(value)}ms` : (value ?? kind);
          return [count, String(word)];
        });
        expect(read).toEqual(written);
      }),
    );
  });

  test("of anything at all never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const read = parseFaultScript(text);
        expect("steps" in read || read.message.length > 0).toBe(true);
      }),
    );
  });
});
