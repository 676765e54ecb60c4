import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { globSync } from "tinyglobby";
import { describe, expect, it } from "vitest";
import { nginx } from "../../simulator/interop/nginx/index.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { root } from "../support/paths.ts";

const folder = join(root, "test", "fixtures", "nginx");
const fixtures = globSync("**/*", { cwd: folder })
  .sort()
  .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
/** Files include each other here, so that cut ones include cut ones. */
const MAIN = "/etc/nginx/nginx.conf";

/** Reads it, and checks what must hold of any answer. */
function read(bytes: Uint8Array, version?: string): void {
  const text = Buffer.from(bytes).toString("utf8");
  const imported = nginx.read?.({
    ...{ path: MAIN, text, version },
    include: (pattern) => [
      { path: pattern, text: pattern.includes("*") ? "server 10.0.0.1;\nbad" : text },
    ],
  });
  if (!imported) throw new Error("nginx cannot be read.");
  const lines = text.split("\n");
  const misplaced = imported.findings.filter(({ file, line, column, endColumn, message }) => {
    const end = file === MAIN ? (lines[line - 1]?.length ?? -1) + 1 : Infinity;
    const placed = line >= 1 && column >= 1 && column <= end;
    const ended = endColumn === undefined || (endColumn > column && endColumn <= end);
    return message === "" || !placed || !ended;
  });
  expect(misplaced).toEqual([]);
  for (const { file, line, endLine, service } of imported.services) {
    expect(line).toBeLessThanOrEqual(endLine);
    if (file === MAIN) expect(endLine).toBeLessThanOrEqual(lines.length);
    ServiceSpec.parse(service);
  }
}

describe("the reader of nginx's configuration", () => {
  it.each(fixtures)("takes $name cut at every byte", ({ bytes }) => {
    for (let end = 0; end <= bytes.length; end++) read(bytes.subarray(0, end));
  });

  it.each(fixtures)("takes $name with any bytes changed", ({ bytes }) => {
    const change = fc.record({
      at: fc.nat(bytes.length),
      remove: fc.nat(5),
      // Those with a meaning, and any.
      add: fc.array(fc.oneof(fc.constantFrom(...Buffer.from("{};\"'\\$#\n ")), fc.nat(255)), {
        maxLength: 3,
      }),
    });
    fc.assert(
      fc.property(
        fc.array(change, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(undefined, "1.22.1"),
        (changes, version) => {
          const mutated = changes.reduce(
            (all, { at, remove, add }) =>
              Buffer.concat([all.subarray(0, at), Buffer.from(add), all.subarray(at + remove)]),
            bytes,
          );
          read(mutated, version);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([
    ["blocks in blocks", "a{".repeat(100_000)],
    ["locations in locations", "server{" + "location /{".repeat(100_000)],
    ["ends of blocks", "}".repeat(100_000)],
    ["an unending quote", `server "${"x".repeat(1_000_000)}`],
    ["one long line of errors", "ü x;".repeat(10_000)],
    ["upstreams of one name", "upstream a { server 10.0.0.1; }\n".repeat(10_000)],
    ["servers", `upstream a { ${"server 10.0.0.1 weight=2;\n".repeat(10_000)} }`],
    ["variables", `upstream a { hash "${"$a${b}".repeat(500)}"; server 10.0.0.1; }`],
    [
      "names alike",
      Array.from(
        { length: 3000 },
        (_, i) => `upstream a${"_".repeat(i % 9)}${i} { server 10.0.0.1; }`,
      ).join("\n"),
    ],
    [
      "users of one upstream",
      `upstream a { server 10.0.0.1; } server { ${Array.from({ length: 5000 }, (_, i) => `location /${i} { proxy_pass http://a; proxy_read_timeout ${i}s; }`).join("\n")} }`,
    ],
  ])("comes to an end with %s", (_, text) => {
    read(Buffer.from(text));
  });
});
