import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { MoodyServer } from "../support/moody-servers.ts";
import { ask, freePort, startProgram } from "../support/played-trace.ts";
import { requireProgram } from "../support/programs.ts";
import { balanced } from "../support/random-trace.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

/*
 * Health checks and `observe`: random paces, and servers that fall ill and recover, played through
 * the real HAProxy in real time and by `fuseboard balance` in virtual time. What a busy machine may
 * have done before or after a check is left out: where the same trace, some ms earlier or later,
 * ends otherwise. A difference counts unless the same requests agree at half or at a quarter of the
 * speed, where the machine's own delays weigh less.
 */

const haproxy = requireProgram("haproxy");
const SPEEDS = [1, 0.5, 0.25];
/** How far a check and a request must be apart for their order to be certain, in ms. */
const MARGIN_MS = 60;
/** Cases that are played beside each other. */
const CASES = 10;

const tens = (min: number, max: number) => fc.integer({ min, max }).map((n) => n * 10);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const pace = fc.record({
  inter: tens(60, 260),
  fastinter: maybe(tens(25, 80)),
  downinter: maybe(tens(30, 230)),
  rise: maybe(fc.integer({ min: 1, max: 3 })),
  fall: maybe(fc.integer({ min: 1, max: 4 })),
});
const server = fc.record({
  check: fc.boolean(),
  pace,
  observe: maybe(
    fc.record({
      mode: fc.constantFrom("layer4", "layer7"),
      limit: fc.integer({ min: 1, max: 4 }),
      onError: fc.constantFrom("fastinter", "fail-check", "sudden-death", "mark-down"),
    }),
  ),
  backup: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
});
const backend = fc.record({
  balance: fc.constantFrom("roundrobin", "static-rr", "leastconn", "first"),
  servers: fc.array(server, { minLength: 2, maxLength: 4 }),
  isHttp: fc.boolean(),
  options: fc.subarray(["retries 1", "option redispatch", "option redispatch 1", "retry-on 500"]),
});
const step = fc.record({
  gapMs: fc.integer({ min: 60, max: 380 }),
  change: maybe(
    fc.record({
      server: fc.nat({ max: 3 }),
      outcome: fc.constantFrom("ok" as const, "ok" as const, "refused" as const, 500, 503, 404),
    }),
  ),
});
const oneCase = fc.record({ backend, steps: fc.array(step, { minLength: 30, maxLength: 45 }) });
type Case = typeof oneCase extends fc.Arbitrary<infer T> ? T : never;

interface Outcome {
  /** Requests up to the first that is not certain. */
  readonly compared: number;
  /** The first that differs. */
  readonly at?: number;
  readonly downs: number;
  readonly difference?: string;
}

describe.skipIf(haproxy === undefined)("health checks and the real HAProxy", () => {
  const scope = new Scope();
  afterAll(() => scope.dispose());

  /** The same pace `slower` times as slow. */
  function textOf({ backend: of }: Case, servers: readonly MoodyServer[], slower: number): string {
    const time = (name: string, ms: number | undefined) =>
      ms === undefined ? "" : ` ${name} ${String(ms * slower)}ms`;
    const count = (name: string, value: number | undefined) =>
      value === undefined ? "" : ` ${name} ${String(value)}`;
    const lines = of.servers.map(({ check, pace: own, observe, backup }, i) => {
      const { inter, fastinter, downinter, rise, fall } = own;
      const times = `${time("inter", inter)}${time("fastinter", fastinter)}${time("downinter", downinter)}`;
      const checks = ` check${times}${count("rise", rise)}${count("fall", fall)}`;
      const observes = observe
        ? ` observe ${observe.mode} error-limit ${String(observe.limit)} on-error ${observe.onError}`
        : "";
      const isChecked = check || i === 0;
      return `server s${String(i)} ${servers[i]?.address ?? ""}${isChecked ? checks + observes : ""}${backup ? " backup" : ""}`;
    });
    return [
      "defaults",
      "  mode http",
      "  timeout connect 20ms",
      "  timeout client 30s",
      "  timeout server 30s",
      "backend app",
      `  balance ${of.balance}`,
      ...(of.isHttp ? ["  option httpchk GET /health"] : []),
      ...[...of.options, ...lines].map((line) => `  ${line}`),
      "",
    ].join("\n");
  }

  async function play(of: Case, slower: number): Promise<Outcome> {
    const own = scope.child();
    try {
      const servers = await MoodyServer.startAll(of.backend.servers.length, own);
      const text = textOf(of, servers, slower);
      const port = await freePort();
      const file = join(await tempFolder(own, "haproxy"), "haproxy.cfg");
      const front = `frontend front
  bind 127.0.0.1:${String(port)}
  log global
  capture request header x-number len 8
  log-format "ENDED %[capture.req.hdr(0)] %s %rc %ST"
  default_backend app
`;
      const head = "global\n  nbthread 1\n  log stdout format raw local0\n";
      const logged = text.replace("backend app\n", "backend app\n  log global\n");
      await writeFile(file, `${head}${logged}${front}`);
      const program = await startProgram(haproxy ?? "", ["-db", "-f", file], port, own);
      const beginning = performance.now();
      const lines: { t: number; outcomes: object }[] = [];
      for (const [i, { gapMs, change }] of of.steps.entries()) {
        await new Promise((resolve) => setTimeout(resolve, gapMs * slower));
        const changed = change && servers[change.server];
        if (change) await changed?.become(change.outcome);
        const t = performance.now() - beginning;
        lines.push({ t, outcomes: changed ? { [changed.address]: change.outcome } : {} });
        await ask(port, {
          client: "127.0.0.1",
          uri: "/",
          method: "GET",
          headers: { "x-number": String(i) },
        });
      }
      const ends = () => [
        ...program.printed().matchAll(/^ENDED (?<n>\d+) (?<s>\S+) \+?(?<rc>\d+) (?<st>-?\d+)$/gm),
      ];
      if (!(await until(() => ends().length === lines.length, { timeoutMs: 10_000 }))) {
        throw new Error(`HAProxy's log is short:\n${program.printed()}`);
      }
      const real = ends()
        .sort((a, b) => Number(a.groups?.n) - Number(b.groups?.n))
        .map(({ groups }) => `${groups?.s ?? ""} ${groups?.rc ?? ""} ${groups?.st ?? ""}`);
      const names = new Map(servers.map(({ address }, i) => [address, `s${String(i)}`]));
      const ours = async (byMs: number) => {
        const shifted = lines.map((line) => ({ ...line, t: Math.max(0, line.t + byMs) }));
        const results = await balanced("haproxy", "2.6", text, shifted);
        return results.map(({ picks, status }) => {
          const last = names.get(picks.at(-1) ?? "") ?? "<NOSRV>";
          return `${last} ${String(Math.max(0, picks.length - 1))} ${String(status)}`;
        });
      };
      const here = await ours(0);
      const others = [await ours(-MARGIN_MS), await ours(MARGIN_MS)];
      const unsure = here.findIndex((line, i) => others.some((other) => other[i] !== line));
      const compared = unsure < 0 ? here.length : unsure;
      const at = here.findIndex((line, i) => i < compared && line !== real[i]);
      const downs = program.printed().match(/is DOWN/g)?.length ?? 0;
      if (at < 0) return { compared, downs };
      const played = lines.slice(0, at + 1).map((line) => JSON.stringify(line));
      const difference = `${text}${played.join("\n")}\nHAProxy: ${real[at] ?? ""}\nours: ${here[at] ?? ""}\n${program.printed()}`;
      return { compared, downs, at, difference };
    } finally {
      await own.dispose();
    }
  }

  it("take servers out and back at the same requests, for random paces", async () => {
    const cases = fc.array(oneCase, { minLength: CASES, maxLength: CASES });
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        const differences = new Map<Case, Outcome>();
        let [compared, downs] = [0, 0];
        for (const speed of SPEEDS) {
          const left = speed === 1 ? all : [...differences.keys()];
          const outcomes = await Promise.all(left.map((of) => play(of, 1 / speed)));
          for (const [i, of] of left.entries()) {
            const outcome = outcomes[i];
            if (!outcome) continue;
            compared += outcome.compared;
            downs += outcome.downs;
            if (outcome.at !== undefined) differences.set(of, outcome);
            else if (outcome.compared > (differences.get(of)?.at ?? -1)) differences.delete(of);
          }
          if (differences.size === 0) break;
        }
        expect([...differences.values()].map(({ difference }) => difference)).toEqual([]);
        expect(compared).toBeGreaterThan(CASES * 5);
        expect(downs).toBeGreaterThan(CASES / 2);
      }),
      // Played again it would take its time again; the cases are small.
      { numRuns: 1, endOnFailure: true },
    );
  }, 240_000);
});
