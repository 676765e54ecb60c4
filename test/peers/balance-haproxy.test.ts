import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { formatOf } from "../../simulator/interop/index.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { balance } from "../../simulator/offline/balance.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { MoodyServer } from "../support/moody-servers.ts";
import { freePort, play, startProgram, type Step } from "../support/played-trace.ts";
import { requireProgram } from "../support/programs.ts";
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
  servers: fc.array(server, { minLength: 1, maxLength: MOST }),
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
const step: fc.Arbitrary<Step> = fc.record({
  gap: fc.constant(0),
  client: fc.integer({ min: 0, max: 9 }).map((i) => `127.${String(i)}.7.9`),
  uri: fc.integer({ min: 0, max: 30 }).map((i) => `/item/${String(i)}/x?user=${String(i % 7)}`),
  method: fc.constantFrom("GET", "GET", "POST"),
  headers: fc.constantFrom<Record<string, string>>({}, { "x-user": "ann" }, { "X-User": "bob" }),
  outcomes: fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    fc.array(fc.record({ server: fc.nat({ max: MOST - 1 }), outcome }), { maxLength: 2 }),
  ),
});

describe.skipIf(haproxy === undefined)("fuseboard balance and the real HAProxy", () => {
  const scope = new Scope();
  let servers: MoodyServer[];

  beforeAll(async () => {
    servers = await MoodyServer.startAll(MOST, scope);
  });
  afterAll(() => scope.dispose());

  function textOf({ servers: wanted, balance: algorithm, hashType: type, options }: Configuration) {
    const lines = wanted.map(({ weight, role }, i) => {
      const weighs = weight === undefined ? "" : `weight ${String(weight)}`;
      return `  server s${String(i)} ${servers[i]?.address ?? ""} ${weighs} ${role}`;
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
    const read = formatOf("haproxy")?.read?.({ path: "/haproxy.cfg", text, version: "2.6" });
    const service = read?.services[0]?.service;
    if (!service) throw new Error(JSON.stringify(read?.findings));
    const names = new Map(servers.map(({ address }, i) => [address, `s${String(i)}`]));
    const results: { last: string; retries: number; status: number }[] = [];
    for await (const line of balance(ServiceSpec.parse(service), linesOf(lines))) {
      const last = names.get(line.picks.at(-1) ?? "") ?? "-";
      results.push({ last, retries: Math.max(0, line.picks.length - 1), status: line.status });
    }
    return results;
  }

  it("end at the same servers after as many retries, for random configurations", async () => {
    await fc.assert(
      fc.asyncProperty(
        configuration,
        fc.array(step, { minLength: 1, maxLength: 25 }),
        async (of, steps) => {
          const text = textOf(of);
          const played = await real(text, steps);
          fc.pre(played !== undefined);
          expect(await ours(text, played.lines)).toEqual(played.results);
        },
      ),
      // fast-check prints the seed and the smallest configuration and trace that differ.
      { numRuns: 30 },
    );
  }, 240_000);
});

async function* linesOf(lines: readonly object[]): AsyncGenerator<string> {
  for (const line of lines) yield Promise.resolve(JSON.stringify(line));
}
