import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PassingRequest } from "../../simulator/call/contract.ts";
import { matcherOf } from "../../simulator/faults/matching.ts";
import { FaultMatch } from "../../simulator/protocol/model.ts";

const request: PassingRequest = {
  service: "cart",
  method: "POST",
  headers: [
    ["content-type", "application/json"],
    ["x-team", "red"],
    ["x-team", "blue"],
  ],
  caller: { kind: "instance", instance: "shop-1", service: "shop" },
};

const matches = (match: unknown, path = "/", change: Partial<PassingRequest> = {}) =>
  matcherOf(FaultMatch.parse(match))?.({ ...request, ...change }, path) ?? true;

describe("a fault matches", () => {
  test("everything where it says nothing", () => {
    expect(matcherOf(undefined)).toBeUndefined();
    expect(matcherOf({})).toBeUndefined();
  });

  test.each([
    ["/orders", "/orders", true],
    ["/orders", "/orders/7", false],
    ["/orders", "/orders?page=2", true],
    ["/orders?page=2", "/orders?page=2", true],
    ["/orders?page=2", "/orders?page=3", false],
    ["/orders?*", "/orders?page=3", true],
    ["/orders?*", "/orders", false],
    ["/orders/*", "/orders/7/lines", true],
    ["/orders/*", "/orders", false],
    ["/*/lines", "/orders/7/lines", true],
    ["*", "/anything", true],
    ["/a.c", "/abc", false],
    ["/a+(b)[c]{d}^$|\\", "/a+(b)[c]{d}^$|\\", true],
    ["/**", "/x", true],
  ])("the path %s with %s: %s", (path, asked, expected) => {
    expect(matches({ path }, asked)).toBe(expected);
  });

  test("a path of many stars as a pattern that is tried in every way, and in time", () => {
    const simple = (path: string, asked: string): boolean =>
      path === ""
        ? asked === ""
        : path.startsWith("*")
          ? simple(path.slice(1), asked) || (asked !== "" && simple(path, asked.slice(1)))
          : asked.startsWith(path.slice(0, 1)) && simple(path.slice(1), asked.slice(1));
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/"), maxLength: 8 });
    const pattern = fc.string({
      unit: fc.constantFrom("a", "b", "/", "*"),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(pattern, text, (path, asked) => {
        expect(matches({ path }, asked)).toBe(simple(path, asked));
      }),
    );
    expect(matches({ path: "*a".repeat(250) }, `/${"a".repeat(10_000)}b`)).toBe(false);
  });

  test("the method in any case", () => {
    expect(matches({ method: "post" })).toBe(true);
    expect(matches({ method: "GET" })).toBe(false);
    expect(FaultMatch.safeParse({ method: "GET /" }).success).toBe(false);
  });

  test("a header by its name in any case, and by any of its values", () => {
    expect(matches({ header: { name: "X-Team" } })).toBe(true);
    expect(matches({ header: { name: "x-team", value: "blue" } })).toBe(true);
    expect(matches({ header: { name: "x-team", value: "Blue" } })).toBe(false);
    expect(matches({ header: { name: "x-none" } })).toBe(false);
  });

  test("the caller: a service, or what is none", () => {
    expect(matches({ caller: "shop" })).toBe(true);
    expect(matches({ caller: "shop-1" })).toBe(false);
    for (const kind of ["load", "editor", "external"] as const) {
      expect(matches({ caller: kind }, "/", { caller: { kind } })).toBe(true);
      expect(matches({ caller: kind })).toBe(false);
    }
  });

  test("only when all of it does", () => {
    const match = { path: "/orders", method: "POST", caller: "shop" };
    expect(matches(match, "/orders")).toBe(true);
    expect(matches(match, "/order")).toBe(false);
    expect(matches(match, "/orders", { method: "GET" })).toBe(false);
    expect(matches(match, "/orders", { caller: { kind: "load" } })).toBe(false);
  });
});
