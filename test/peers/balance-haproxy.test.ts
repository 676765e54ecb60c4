import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { MoodyServer } from "../support/moody-servers.ts";
import { freePort, play, startProgram, type Step } from "../support/played-trace.ts";
import { requireProgram } from "../support/programs.ts";
import { balanced, randomTrace } from "../support/random-trace.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/*
 * The whole way of `fuseboard balance`: the text of a configuration is read, a trace is played
 * through it in virtual time, and through the real HAProxy in real time. Its log says which server
 * answered last, after how many retries, and what.
 */

const haproxy = requireProgram("haproxy");
const MOST = 4;

const server = fc.record({
  id: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.integer({ min: 1, max: 9 })),
  weight: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 9 }), fc.constant(256)),
  role: fc.oneof(
    { weight: 8, arbitrary: fc.constant("") },
    fc.constant("disabled"),
    fc.constant("backup"),
  ),
});
const hashType = fc.constantFrom(
  "",
  "hash-type map-based djb2 avalanche",
  "hash-type map-based wt6",
  "hash-type map-based crc32",
  "hash-type consistent",
  "hash-type consistent sdbm avalanche",
  "hash-type consistent djb2",
  "hash-type consistent crc32",
);
const configuration = fc.record({
  servers: fc.uniqueArray(server, {
    minLength: 1,
    maxLength: MOST,
    comparator: (a, b) => a.id !== undefined && a.id === b.id,
  }),
  balance: fc.constantFrom(
    "",
    "balance roundrobin",
    "balance static-rr",
    "balance leastconn",
    "balance first",
    "balance source",
    "balance uri",
    "balance uri whole",
    "balance uri len 7 depth 2",
    "balance url_param user",
    "balance hdr(X-User)",
    "balance hdr(X-User) use_domain_only",
  ),
  hashType,
  options: fc.subarray([
    "option redispatch",
    "option allbackups",
    "retries 1",
    "retry-on conn-failure 503",
    "option redispatch 1",
  ]),
});
type Configuration = typeof configuration extends fc.Arbitrary<infer T> ? T : never;

const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.constant("ok" as const) },
  { weight: 2, arbitrary: fc.constant("refused" as const) },
  { weight: 1, arbitrary: fc.constantFrom(503, 404) },
);
const trace = randomTrace({
  servers: MOST,
  outcome,
  gap: fc.constant(0),
});

describe.skipIf(haproxy === undefined)("fuseboard balance and the real HAProxy", () => {
  const scope = new Scope();
  let servers: MoodyServer[];

  beforeAll(async () => {
    servers = await MoodyServer.startAll(MOST, scope);
  });
  afterAll(() => scope.dispose());

  function textOf({ servers: wanted, balance: algorithm, hashType: type, options }: Configuration) {
    const lines = wanted.map(({ id, weight, role }, i) => {
      const weighs = weight === undefined ? "" : `weight ${String(weight)}`;
      const numbered = id === undefined ? "" : `id ${String(id)}`;
      return `  server s${String(i)} ${servers[i]?.address ?? ""} ${numbered} ${weighs} ${role}`;
    });
    return [
      "defaults",
      "  mode http",
      "  timeout connect 50ms",
      "  timeout client 30s",
      "  timeout server 30s",
      "backend app",
      ...[algorithm, type, ...options].map((line) => `  ${line}`),
      ...lines,
      "",
    ].join("\n");
  }

  async function real(text: string, steps: readonly Step[]) {
    const own = scope.child();
    try {
      const folder = await tempFolder(own, "haproxy");
      const port = await freePort();
      const file = join(folder, "haproxy.cfg");
      await writeFile(
        file,
        `global
  nbthread 1
  log stdout format raw local0
${text}
frontend front
  bind 127.0.0.1:${String(port)}
  log global
  capture request header x-number len 8
  log-format "ENDED %[capture.req.hdr(0)] %s %rc %ST"
  default_backend app
`,
      );
      const program = await startProgram(haproxy ?? "", ["-db", "-f", file], port, own);
      const numbered = steps.map((each, i) => ({
        ...each,
        headers: { ...each.headers, "x-number": String(i) },
      }));
      const played = await play(port, numbered, servers);
      if (!played) return undefined;
      const ends = () => [
        ...program.printed().matchAll(/^ENDED (?<n>\d+) (?<s>\S+) \+?(?<rc>\d+) (?<st>-?\d+)$/gm),
      ];
      if (!(await until(() => ends().length === steps.length, { timeoutMs: 10_000 }))) {
        throw new Error(`HAProxy's log is short:\n${program.printed()}`);
      }
      const results = ends().sort((a, b) => Number(a.groups?.n) - Number(b.groups?.n));
      return {
        lines: played.map(({ line }) => line),
        results: results.map(({ groups }) => ({
          last: groups?.s?.replace("<NOSRV>", "-") ?? "",
          retries: Number(groups?.rc),
          status: Number(groups?.st),
        })),
      };
    } finally {
      for (const each of servers) await each.become("ok");
      await own.dispose();
    }
  }

  async function ours(text: string, lines: readonly object[]) {
    const names = new Map(servers.map(({ address }, i) => [address, `s${String(i)}`]));
    return (await balanced("haproxy", "2.6", text, lines)).map(({ picks, status }) => {
      const last = names.get(picks.at(-1) ?? "") ?? "-";
      return { last, retries: Math.max(0, picks.length - 1), status };
    });
  }

  it("end at the same servers after as many retries, for random configurations", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, trace, async (of, steps) => {
        const text = textOf(of);
        const played = await real(text, steps);
        fc.pre(played !== undefined);
        expect(await ours(text, played.lines)).toEqual(played.results);
      }),
      // fast-check prints the seed and the smallest configuration and trace that differ.
      { numRuns: 30 },
    );
  }, 240_000);
});
