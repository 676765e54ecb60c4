import fc from "fast-check";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import {
  anyBackend,
  hasFixedWeights,
  haproxyText,
  type BackendCase,
} from "../support/haproxy-case.ts";
import { subjectOf } from "../support/members.ts";
import { MoodyUpstream, type Arrival, type Mood } from "../support/moody-upstream.ts";
import { OurBackend, type CallRecord } from "../support/our-backend.ts";
import { requireProgram } from "../support/programs.ts";
import { startHaproxy, statsOf, type RealHaproxy } from "../support/real-haproxy.ts";
import { until } from "../support/until.ts";

const haproxy = requireProgram("haproxy");
const MOST = 5;

/** A request; its key, path and caller are what the algorithms hash. */
interface Asked {
  readonly client: string;
  readonly uri: string;
  readonly key: string | undefined;
}

type Step =
  | ({ readonly kind: "call" } & Asked)
  | { readonly kind: "mood"; readonly server: number; readonly mood: Mood }
  | { readonly kind: "weight"; readonly server: number; readonly weight: number }
  | {
      readonly kind: "state";
      readonly server: number;
      readonly state: "ready" | "drain" | "maint";
    };

const server = fc.integer({ min: 1, max: MOST });
const part = fc.stringMatching(/^[a-z0-9]{1,4}$/);
const call: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant("call" as const),
  client: fc
    .integer({ min: 1, max: 250 })
    .map((last) => `127.0.${String(last % 3)}.${String(last)}`),
  uri: fc
    .tuple(
      fc.array(part, { maxLength: 4 }),
      fc.option(fc.constantFrom("id", "x", "idx", "i"), { nil: undefined }),
      fc.constantFrom("", "7", "abc", "a%20b", "q?r"),
    )
    .map(([parts, name, value]) => {
      const query = name === undefined ? "" : `?y=1&${name}=${value}`;
      return `/${parts.join("/")}${query}`;
    })
    .chain((uri) => fc.constantFrom(uri, uri, uri, `http://host.example${uri}`)),
  key: fc.option(fc.constantFrom("", "user1", "user2", "a,b", '"a,b" ,c', " x "), {
    nil: undefined,
  }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: call },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("mood" as const),
      server,
      mood: fc.constantFrom<Mood[]>(200, 200, "refused", "refused", 503, 404, "empty"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("weight" as const),
      server,
      weight: fc.constantFrom(0, 1, 2, 3, 5, 10, 256),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("state" as const),
      server,
      state: fc.constantFrom("ready" as const, "drain" as const, "maint" as const),
    }),
  },
);

describe.skipIf(haproxy === undefined)("the real HAProxy", { timeout: 120_000 }, () => {
  const scope = new Scope();
  const arrivals: Arrival[] = [];
  let upstreams: MoodyUpstream[];

  beforeAll(async () => {
    const numbers = Array.from({ length: MOST }, (_, i) => i + 1);
    upstreams = await Promise.all(
      numbers.map((number) => MoodyUpstream.start(number, arrivals, scope)),
    );
  });
  afterAll(() => scope.dispose());

  async function withHaproxy<T>(
    of: BackendCase,
    check: (real: RealHaproxy) => Promise<T>,
  ): Promise<T> {
    const own = scope.child();
    try {
      for (const upstream of upstreams) await upstream.turn(200);
      const ports = upstreams.map(({ port }) => port);
      return await check(await startHaproxy(haproxy ?? "", haproxyText(of, ports), own));
    } finally {
      await own.dispose();
    }
  }

  let asked = 0;
  async function ask(real: RealHaproxy, { client, uri, key }: Asked): Promise<CallRecord> {
    const before = await statsOf(real);
    const id = String(++asked);
    const sent = request({
      host: "127.0.0.1",
      port: real.port,
      localAddress: client,
      agent: false,
      path: uri,
      headers: { host: "host.example", "x-id": id, ...(key !== undefined && { "x-key": key }) },
    });
    const [response] = (await once(sent.end(), "response")) as [IncomingMessage];
    response.resume();
    await once(response, "end");
    const after = await statsOf(real);
    const delta = (field: string) => {
      const found: Record<string, number> = {};
      for (const [name, row] of after) {
        const more = Number(row.get(field)) - Number(before.get(name)?.get(field));
        if (name !== "BACKEND" && more !== 0) found[name.replace("s", "s-")] = more;
      }
      return found;
    };
    return {
      status: response.statusCode ?? 0,
      arrivals: arrivals.filter((arrival) => arrival.id === id).map(({ at }) => at),
      picks: delta("lbtot"),
      retried: delta("wretr"),
      redispatched: delta("wredis"),
    };
  }

  it("tries the same servers, one call after the other", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyBackend,
        fc.array(step, { minLength: 5, maxLength: 60 }),
        async (of, steps) => {
          await withHaproxy(of, async (real) => {
            const ours = new OurBackend(of);
            const moods = new Map<number, Mood>();
            const overrides = new Map<number, { weight?: number; admin?: "drain" | "down" }>();
            const [mine, theirs]: [CallRecord[], CallRecord[]] = [[], []];
            for (const each of steps) {
              if (each.kind !== "call" && each.server > of.servers.length) continue;
              if (each.kind === "call") {
                const { client, uri, key } = each;
                const headers: Record<string, string> =
                  key === undefined ? {} : { "x-key": key.trim() };
                const subject = subjectOf({ client, uri, headers });
                const moodOf = (number: number) => moods.get(number) ?? 200;
                theirs.push(comparable(await ask(real, each)));
                mine.push(comparable(ours.call(subject, moodOf)));
                if (JSON.stringify(mine.at(-1)) !== JSON.stringify(theirs.at(-1))) break;
                continue;
              }
              const name = `be/s${String(each.server)}`;
              const id = `s-${String(each.server)}`;
              const override = overrides.get(each.server) ?? {};
              if (each.kind === "mood") {
                await upstreams[each.server - 1]?.turn(each.mood);
                moods.set(each.server, each.mood);
                continue;
              }
              if (each.kind === "weight") {
                const isFixed = hasFixedWeights(of);
                const initial = of.servers[each.server - 1]?.weight ?? 1;
                const weight = isFixed ? (each.weight === 0 ? 0 : initial) : each.weight;
                const said = isFixed ? (weight === 0 ? "0%" : "100%") : String(weight);
                expect(await real.command(`set server ${name} weight ${said}`)).toBe("");
                override.weight = weight;
              } else {
                expect(await real.command(`set server ${name} state ${each.state}`)).toBe("");
                if (each.state === "ready") delete override.admin;
                else override.admin = each.state === "drain" ? "drain" : "down";
              }
              overrides.set(each.server, override);
              ours.view.override(id, override);
            }
            expect(mine).toEqual(theirs);
          });
        },
      ),
      // fast-check prints the seed and the smallest configuration that differs.
      { numRuns: 150, interruptAfterTimeLimit: 100_000 },
    );
  });

  it("starts a server slowly that comes back, second by second", async () => {
    const plain = { backup: false, maxconn: 0, minconn: 0, maxqueue: 0 };
    const of: BackendCase = {
      balance: "roundrobin",
      balancer: { algorithm: "haproxy-roundrobin" },
      hash: undefined,
      servers: [
        { ...plain, weight: 10 },
        { ...plain, weight: 10, slowstart: 4 },
      ],
      allBackups: false,
      fullconn: 0,
      retries: 0,
      redispatch: 0,
      on: ["none"],
    };
    /** Picks of both, or undefined: the machine was too busy to ask within the seconds. */
    const picksOf = () =>
      withHaproxy(of, async (real) => {
        const ours = new OurBackend(of);
        const [mine, theirs]: [string[], string[]] = [[], []];
        const pick = async (count: number) => {
          const asked = { client: "127.0.0.1", uri: "/", key: undefined };
          for (let i = 0; i < count; i++) {
            theirs.push((await ask(real, asked)).arrivals.join());
            mine.push(ours.call(subjectOf(asked), () => 200).arrivals.join());
          }
        };
        const weight = async () => (await statsOf(real)).get("s2")?.get("weight");
        await pick(3);
        await real.command("set server be/s2 state maint");
        ours.view.override("s-2", { admin: "down" });
        await pick(2);
        await real.command("set server be/s2 state ready");
        ours.view.override("s-2", {});
        const begun = ours.clock.now();
        // The weights that HAProxy shows: sixteenths of 10, rounded up.
        for (const [second, shown] of ["1", "4", "6", "9", "10"].entries()) {
          const isShown = async () => (await weight()) === shown;
          if (!(await until(isShown, { timeoutMs: 5000, everyMs: 5 }))) return undefined;
          ours.clock.set(begun + second * 1000 + 1);
          await pick(12);
          if (!(await isShown())) return undefined;
        }
        return { mine, theirs };
      });
    let picks = await picksOf();
    for (let again = 0; !picks && again < 4; again++) picks = await picksOf();
    expect(picks?.mine).toEqual(picks?.theirs);
    expect(picks?.mine).toHaveLength(65);
  });
});

/** With keys in one order; HAProxy counts retries of answered requests in its own way. */
function comparable(record: CallRecord): CallRecord {
  const sorted = (of: Record<string, number>) => Object.fromEntries(Object.entries(of).sort());
  const { status, arrivals: seen, picks, retried, redispatched } = record;
  const refused = seen.length === 0 || (seen.length === 1 && status === 200);
  return {
    status,
    arrivals: seen,
    picks: sorted(picks),
    retried: refused ? sorted(retried) : {},
    redispatched: refused ? sorted(redispatched) : {},
  };
}
