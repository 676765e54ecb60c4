import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { haproxy } from "../../simulator/interop/haproxy/index.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { haproxyConfigurations } from "../support/haproxy-configurations.ts";
import { root } from "../support/paths.ts";

const shop = readFileSync(join(root, "test/fixtures/haproxy/shop.cfg"), "utf8");

/** Reads, and looks whether all that is said of the text is possible. */
function check(text: string): void {
  const lines = text.split("\n");
  const imported = haproxy.read?.({ path: "haproxy.cfg", text }) ?? { services: [], findings: [] };
  const impossible = imported.findings.filter(
    ({ line, column, endColumn = column, message }) =>
      message === "" ||
      column < 1 ||
      endColumn < column ||
      endColumn > (lines[line - 1]?.length ?? -1) + 1,
  );
  expect(impossible).toEqual([]);
  for (const { line, endLine, service } of imported.services) {
    expect(line >= 1 && endLine >= line && endLine <= lines.length).toBe(true);
    expect(ServiceSpec.safeParse(service).error).toBeUndefined();
  }
}

describe("the reader of HAProxy's configuration", () => {
  it("takes a file that was cut at any place", () => {
    for (let end = 0; end <= shop.length; end++) check(shop.slice(0, end));
  });

  it("takes a file with anything in it", () => {
    const place = fc.nat(shop.length);
    fc.assert(
      fc.property(place, place, fc.string({ unit: "binary", maxLength: 9 }), (from, to, what) => {
        const [start, end] = [Math.min(from, to), Math.max(from, to)];
        check(shop.slice(0, start) + what + shop.slice(end));
      }),
      { numRuns: 700 },
    );
  });

  it("takes any words where they may stand, and where not", () => {
    fc.assert(fc.property(haproxyConfigurations, check), { numRuns: 700 });
  });

  it("takes any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 500 }), check), {
      numRuns: 700,
    });
  });

  it.each([
    ["a long line", `backend b\nserver s 10.0.0.1:80 ${"x".repeat(1_000_000)}`],
    ["many words", `backend b\nserver ${"x ".repeat(500_000)}`],
    ["many quotes", `backend b\n${'"'.repeat(500_001)}`],
    ["many variables", `backend b\nserver "${"${A-b}".repeat(100_000)}" x`],
    ["many sections", "backend b\n".repeat(3000)],
    ["many servers", `backend b\nserver-template s 1-2000000000 10.0.0.1:80`],
    ["many conditions", ".if 1\n".repeat(50_000)],
  ])("does not hang at %s", (_, text) => {
    check(text);
  });
});
