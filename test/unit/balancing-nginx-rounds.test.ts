import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LaneRound } from "../../simulator/balancing/nginx/lane-round.ts";
import { NginxBalancer } from "../../simulator/balancing/nginx/nginx-balancer.ts";
import { PlainRound } from "../../simulator/balancing/nginx/round.ts";
import { RoundRobinSelection } from "../../simulator/balancing/nginx/round-robin.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Balancer as BalancerSchema } from "../../simulator/protocol/balancer-spec.ts";
import type { Exclusion } from "../../simulator/protocol/model.ts";
import type { Balancer, Selection } from "../../simulator/balancing/contract.ts";
import { FRESH, membersOf, REFUSED, SetClock, subjectOf, SUCCESS } from "../support/members.ts";

const server = fc.record({
  weight: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 })),
  maxFails: fc.integer({ min: 0, max: 3 }),
  failTimeout: fc.constantFrom(0, 1000, 2000, 3500),
  maxConnections: fc.constantFrom(0, 0, 1, 2),
  backup: fc.boolean(),
});

type Step =
  | { kind: "call"; fails: number; holds: boolean }
  | { kind: "release" }
  | { kind: "wait"; ms: number }
  | { kind: "weight"; of: number; weight: number }
  | { kind: "exclude"; of: number; excluded: Exclusion | undefined }
  | { kind: "members"; count: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      fails: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.nat(4)),
      holds: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("release" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.integer({ max: 2500 }) }),
  },
  fc.record({ kind: fc.constant("weight" as const), of: fc.nat(9), weight: fc.nat(6) }),
  fc.record({
    kind: fc.constant("exclude" as const),
    of: fc.nat(9),
    excluded: fc.constantFrom("down" as const, "draining" as const, undefined),
  }),
  fc.record({ kind: fc.constant("members" as const), count: fc.integer({ min: 1, max: 10 }) }),
);

/** Plays the steps and lists every pick. */
function play(
  create: (clock: SetClock) => Balancer,
  servers: readonly (typeof server extends fc.Arbitrary<infer T> ? T : never)[],
  steps: readonly Step[],
): string[] {
  const clock = new SetClock(1_000_000);
  const balancer = create(clock);
  const all = membersOf(
    servers.map(({ weight }) => weight),
    servers,
  );
  let members = all;
  balancer.update(members);
  const held: (() => void)[] = [];
  const picks: string[] = [];
  for (const each of steps) {
    const publish = () => {
      balancer.update(members);
    };
    if (each.kind === "call") {
      const selection = balancer.begin(subjectOf(), FRESH);
      for (let attempt = 0; ; attempt++) {
        const { member } = selection.pick({ record: false });
        picks.push(member?.id ?? "-");
        if (!member) break;
        member.load.inFlight++;
        balancer.loadChanged?.(member);
        const end = (how: typeof SUCCESS) => {
          selection.ended(member, how);
          member.load.inFlight--;
          balancer.loadChanged?.(member);
        };
        if (attempt < each.fails) {
          end(REFUSED);
          continue;
        }
        if (each.holds) held.push(() => end(SUCCESS));
        else end(SUCCESS);
        break;
      }
    } else if (each.kind === "release") held.shift()?.();
    else if (each.kind === "wait") clock.set(clock.now() + each.ms);
    else if (each.kind === "members") {
      members = all.slice(0, each.count);
      publish();
    } else {
      const member = members[each.of % members.length];
      if (member && each.kind === "weight") member.weight = each.weight;
      if (member && each.kind === "exclude") member.excluded = each.excluded;
      publish();
    }
  }
  return picks;
}

describe("the fast round", () => {
  it("takes the same turns as nginx's loop, whatever happens", () => {
    const spec = BalancerSchema.parse({});
    const create = (round: () => LaneRound | PlainRound) => (clock: SetClock) =>
      new NginxBalancer(
        spec,
        { clock, random: seededRandom(1) },
        (pool, _, beginning): Selection => new RoundRobinSelection(pool, beginning),
        { round },
      );
    fc.assert(
      fc.property(
        fc.array(server, { minLength: 1, maxLength: 10 }),
        fc.array(step, { minLength: 1, maxLength: 120 }),
        (servers, steps) => {
          const plain = play(
            create(() => new PlainRound()),
            servers,
            steps,
          );
          const fast = play(
            create(() => new LaneRound()),
            servers,
            steps,
          );
          expect(fast).toEqual(plain);
        },
      ),
      { numRuns: 400 },
    );
  });
});
