import fc from "fast-check";
import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Member, Pick, Selection } from "../../simulator/balancing/contract.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import {
  anyBackend,
  hasFixedWeights,
  haproxyText,
  type BackendCase,
} from "../support/haproxy-case.ts";
import { subjectOf, SUCCESS } from "../support/members.ts";
import { MoodyUpstream, type Arrival } from "../support/moody-upstream.ts";
import { OurBackend } from "../support/our-backend.ts";
import { requireProgram } from "../support/programs.ts";
import { startHaproxy, statsOf, type RealHaproxy } from "../support/real-haproxy.ts";
import { until } from "../support/until.ts";

const haproxy = requireProgram("haproxy");
const MOST = 4;

type Step =
  | { readonly kind: "begin"; readonly uri: string }
  | { readonly kind: "end"; readonly which: number }
  | { readonly kind: "weight"; readonly server: number; readonly weight: number }
  | {
      readonly kind: "state";
      readonly server: number;
      readonly state: "ready" | "drain" | "maint";
    };

const limits = fc.record({
  maxconn: fc.integer({ min: 0, max: 3 }),
  minconn: fc.constant(0),
  maxqueue: fc.integer({ min: 0, max: 2 }),
});
/** Backends whose servers have limits. */
const limitedBackend: fc.Arbitrary<BackendCase> = fc
  .record({
    of: anyBackend,
    all: fc.array(limits, { minLength: 5, maxLength: 5 }),
    min: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 5, maxLength: 5 }),
    fullconn: fc.integer({ min: 0, max: 8 }),
    balanceFactor: fc.constantFrom(0, 0, 110, 150, 300),
  })
  .map(({ of, all, min, fullconn, balanceFactor }): BackendCase => ({
    ...of,
    fullconn,
    hash: of.hash && { ...of.hash, ...(of.hash.type === "consistent" && { balanceFactor }) },
    servers: of.servers.slice(0, MOST).map((server, i) => ({
      ...server,
      ...all[i],
      // Without fullconn the limit of HAProxy depends on its frontends.
      minconn: fullconn > 0 ? (min[i] ?? 0) : 0,
    })),
  }));

const server = fc.integer({ min: 1, max: MOST });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("begin" as const),
      uri: fc.integer({ min: 0, max: 12 }).map((n) => `/${String(n)}?id=${String(n)}`),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(10) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("weight" as const),
      server,
      weight: fc.constantFrom(0, 1, 3, 8),
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

/** Where calls are, in what both tell. */
interface Situation {
  /** Upstreams by call; 0 is refused, and those that wait are not there. */
  readonly at: Record<string, number>;
  /** Calls with a connection, and in the queue, by server; the backend's queue last. */
  readonly served: number[];
  readonly queued: number[];
}

describe.skipIf(haproxy === undefined)("the real HAProxy's queues", { timeout: 120_000 }, () => {
  const scope = new Scope();
  const arrivals: Arrival[] = [];
  let upstreams: MoodyUpstream[];
  let asked = 0;

  beforeAll(async () => {
    const numbers = Array.from({ length: MOST }, (_, i) => i + 1);
    upstreams = await Promise.all(
      numbers.map((number) => MoodyUpstream.start(number, arrivals, scope)),
    );
  });
  afterAll(() => scope.dispose());

  it("hold and release the same calls as ours", async () => {
    await fc.assert(
      fc.asyncProperty(
        limitedBackend,
        fc.array(step, { minLength: 5, maxLength: 50 }),
        async (of, steps) => {
          const own = scope.child();
          try {
            arrivals.length = 0;
            const ports = upstreams.map(({ port }) => port);
            await compare(
              of,
              steps,
              await startHaproxy(haproxy ?? "", haproxyText(of, ports), own),
            );
          } finally {
            await own.dispose();
          }
        },
      ),
      // fast-check prints the seed and the smallest configuration that differs.
      { numRuns: 120, interruptAfterTimeLimit: 100_000 },
    );
  });

  async function compare(of: BackendCase, steps: readonly Step[], real: RealHaproxy) {
    const ours = new OurCalls(of);
    const theirs = new TheirCalls(real, arrivals);
    const overrides = new Map<number, { weight?: number; admin?: "drain" | "down" }>();
    for (const each of steps) {
      ours.backend.clock.set(ours.backend.clock.now() + 3);
      if (each.kind === "begin") {
        const id = String(++asked);
        ours.begin(id, each.uri);
        theirs.begin(id, each.uri);
      } else if (each.kind === "end") {
        const running = ours.running();
        const id = running[each.which % running.length];
        if (id === undefined) continue;
        const at = ours.end(id);
        upstreams[at - 1]?.release(id);
        await theirs.ended(id);
      } else {
        if (each.server > of.servers.length) continue;
        const name = `be/s${String(each.server)}`;
        const override = overrides.get(each.server) ?? {};
        if (each.kind === "weight") {
          if (hasFixedWeights(of)) continue;
          expect(await real.command(`set server ${name} weight ${String(each.weight)}`)).toBe("");
          override.weight = each.weight;
        } else {
          expect(await real.command(`set server ${name} state ${each.state}`)).toBe("");
          if (each.state === "ready") delete override.admin;
          else override.admin = each.state === "drain" ? "drain" : "down";
        }
        overrides.set(each.server, override);
        ours.backend.view.override(`s-${String(each.server)}`, override);
      }
      const mine = ours.situation();
      let seen: Situation | undefined;
      await until(
        async () => {
          seen = await theirs.situation(of.servers.length);
          return JSON.stringify(seen) === JSON.stringify(mine);
        },
        { timeoutMs: 700, everyMs: 5 },
      );
      expect(mine).toEqual(seen);
    }
    theirs.abandon();
  }
});

/** Calls at our backend. */
class OurCalls {
  readonly backend: OurBackend;
  readonly #at = new Map<string, number>();
  readonly #running = new Map<string, { selection: Selection; member: Member }>();

  constructor(of: BackendCase) {
    this.backend = new OurBackend(of);
  }

  running(): string[] {
    return [...this.#running.keys()].sort((a, b) => Number(a) - Number(b));
  }

  begin(id: string, uri: string): void {
    const headers = { "x-key": uri };
    const selection = this.backend.begin(subjectOf({ uri, headers }));
    const pick = selection.pick({ record: false });
    const take = ({ member }: Pick) => {
      this.#at.set(id, member ? Number(member.id.slice(2)) : 0);
      if (member) this.#running.set(id, { selection, member });
    };
    if (!pick.place) take(pick);
    else {
      pick.place.onTurn((turn) => {
        if (!turn) throw new Error("Nobody replaces the balancer.");
        take(turn);
      });
    }
  }

  /** Ends a call; where it was. */
  end(id: string): number {
    const call = this.#running.get(id);
    if (!call) throw new Error(`Call ${id} is not under way.`);
    this.#running.delete(id);
    call.selection.ended(call.member, SUCCESS);
    return Number(call.member.id.slice(2));
  }

  situation(): Situation {
    const { rows, waiting } = this.backend.view.picture();
    const served = rows.map(({ figures }) => figures[1] ?? 0);
    const queued = rows.map(({ figures }) => figures[3] ?? 0);
    const own = queued.reduce((sum, each) => sum + each, 0);
    return { at: sorted(this.#at), served, queued: [...queued, waiting - own] };
  }
}

/** Calls at the real one. */
class TheirCalls {
  readonly #real: RealHaproxy;
  readonly #arrivals: readonly Arrival[];
  readonly #open = new Map<string, ClientRequest>();
  readonly #over = new Map<string, Promise<unknown>>();
  readonly #refused = new Set<string>();
  readonly #agent = new Agent({ keepAlive: false });

  constructor(real: RealHaproxy, arrivals: readonly Arrival[]) {
    this.#real = real;
    this.#arrivals = arrivals;
  }

  begin(id: string, uri: string): void {
    const sent = request({
      host: "127.0.0.1",
      port: this.#real.port,
      agent: this.#agent,
      path: uri,
      headers: { "x-id": id, "x-key": uri, "x-hold": "1" },
    });
    this.#open.set(id, sent);
    const over = new Promise((resolve) => {
      sent.on("close", resolve);
    });
    this.#over.set(id, over);
    sent.on("error", () => undefined);
    sent.on("response", (response: IncomingMessage) => {
      if (response.statusCode === 503) this.#refused.add(id);
      response.resume();
    });
    sent.end();
  }

  async ended(id: string): Promise<void> {
    await this.#over.get(id);
  }

  async situation(servers: number): Promise<Situation> {
    const at = new Map(this.#arrivals.map((arrival) => [arrival.id, arrival.at]));
    for (const id of this.#refused) at.set(id, 0);
    const stats = await statsOf(this.#real);
    const names = Array.from({ length: servers }, (_, i) => `s${String(i + 1)}`);
    const figure = (name: string, field: string) => Number(stats.get(name)?.get(field));
    const queued = [...names, "BACKEND"].map((name) => figure(name, "qcur"));
    return { at: sorted(at), served: names.map((name) => figure(name, "scur")), queued };
  }

  abandon(): void {
    for (const sent of this.#open.values()) sent.destroy();
  }
}

function sorted(of: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...of].sort(([a], [b]) => Number(a) - Number(b)));
}
