import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Balancer, Member } from "../../simulator/balancing/contract.ts";
import { leastConnections } from "../../simulator/balancing/least-connections.ts";
import { smoothWeightedRoundRobin } from "../../simulator/balancing/smooth-weighted-round-robin.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { idlePicks, membersOf } from "../support/members.ts";
import { Asker, Held, startNginx, startUpstreams, type Upstream } from "../support/nginx.ts";
import { requireProgram } from "../support/programs.ts";

const nginx = requireProgram("nginx");
const nobody: ReadonlySet<string> = new Set();
const MOST = 5;

/** What happens at a balancer: a call comes, or the oldest but `n` of those under way ends. */
type Step = { readonly kind: "call" } | { readonly kind: "end"; readonly which: number };

const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: MOST });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: "call" as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(20) }) },
);

describe.skipIf(nginx === undefined)("the real nginx", () => {
  const scope = new Scope();
  const held = new Held();
  let upstreams: Upstream[];

  beforeAll(async () => {
    upstreams = await startUpstreams(MOST, held, scope);
  });
  afterAll(() => scope.dispose());

  /** Runs `check` against a new nginx, whose balancer has picked nobody yet. */
  async function withNginx(
    directive: string,
    of: readonly number[],
    check: (port: number, asker: Asker) => Promise<void>,
  ): Promise<void> {
    const own = scope.child();
    try {
      const servers = of.map((weight, i) => {
        return `server 127.0.0.1:${String(upstreams[i]?.port)} weight=${String(weight)} max_fails=0;`;
      });
      const [port = 0] = await startNginx(nginx ?? "", [`${directive} ${servers.join(" ")}`], own);
      await check(port, new Asker(own));
    } finally {
      await own.dispose();
    }
  }

  async function idle(port: number, asker: Asker, count: number): Promise<string> {
    let picks = "";
    for (let i = 0; i < count; i++) picks += String(await asker.ask(port, "/"));
    return picks;
  }

  it.each([
    ["round-robin", "", smoothWeightedRoundRobin],
    ["least_conn", "least_conn;", leastConnections],
  ] as const)("picks as our %s does, one call after the other", async (_, directive, kind) => {
    await fc.assert(
      fc.asyncProperty(weights, async (of) => {
        await withNginx(directive, of, async (port, asker) => {
          const ours = kind.create(seededRandom(1));
          ours.update(membersOf(of));
          expect(idlePicks(ours, 60)).toBe(await idle(port, asker, 60));
        });
      }),
      // fast-check prints the seed and the smallest weights that differ.
      { numRuns: 12 },
    );
  });

  it.each([
    ["round-robin", "", smoothWeightedRoundRobin],
    ["least_conn", "least_conn;", leastConnections],
  ] as const)(
    "picks as our %s does while other calls are under way",
    async (_, directive, kind) => {
      await fc.assert(
        fc.asyncProperty(
          weights,
          fc.array(step, { minLength: 20, maxLength: 60 }),
          async (of, steps) => {
            await withNginx(directive, of, async (port, asker) => {
              const ours = kind.create(seededRandom(1));
              ours.update(membersOf(of));
              await compare(ours, port, asker, steps);
            });
          },
        ),
        { numRuns: 12 },
      );
    },
  );

  async function compare(ours: Balancer, port: number, asker: Asker, steps: readonly Step[]) {
    const underWay: { path: string; member: Member }[] = [];
    const finish = async (index: number) => {
      const [call] = underWay.splice(index, 1);
      if (!call) return;
      held.release(call.path);
      await asker.finish(call.path);
      call.member.load.inFlight--;
    };
    const [mine, theirs]: [string[], string[]] = [[], []];
    for (const [i, each] of steps.entries()) {
      if (each.kind === "end") {
        await finish(each.which % Math.max(1, underWay.length));
        continue;
      }
      const path = `/hold/${String(i)}`;
      theirs.push(`svc-${String(await asker.begin(port, path))}`);
      const { member } = ours.pick({ tried: nobody }, false);
      mine.push(member?.id ?? "nobody");
      if (!member) continue;
      member.load.inFlight++;
      underWay.push({ path, member });
    }
    while (underWay.length > 0) await finish(0);
    expect(mine).toEqual(theirs);
  }
});
