import fc from "fast-check";
import type {
  AttemptEnd,
  Balancer,
  BalancerDeps,
  BalancerKind,
  CallSubject,
  Member,
} from "../../simulator/balancing/contract.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import type { BalancerFile } from "../../simulator/protocol/balancer-spec.ts";
import {
  balancerWith,
  FRESH,
  membersOf,
  REFUSED,
  SetClock,
  subjectOf,
  SUCCESS,
  type MutableMember,
} from "./members.ts";

/* Situations in which every balancer is tried. */

/** A balancer with what its kind needs; without Envoy's panic, which picks the excluded. */
export function balancerOfKind(
  kind: BalancerKind,
  members: readonly Member[],
  spec: BalancerFile = {},
  deps: Partial<BalancerDeps> = {},
): Balancer {
  const needed = { parameter: "id", header: "x-key", panicThreshold: "0%" } as const;
  return balancerWith(kind, members, { ...needed, ...spec }, deps);
}

/** The call with a number: client, path, parameter and header all differ from number to number. */
export function callFrom(number: number): CallSubject {
  const [a, b, c] = [(number >> 16) & 255, (number >> 8) & 255, number & 255];
  return subjectOf({
    // In each of the first three bytes, which are all that nginx's ip_hash looks at.
    client: `${String(10 + a)}.${String(b)}.${String(c)}.${String(1 + (number % 250))}`,
    uri: `/item/${String(number)}?id=${String(number)}`,
    headers: { "x-key": `user${String(number)}` },
  });
}

export const anyCall = fc.nat(2 ** 24 - 1).map(callFrom);

/** Whether it may be picked by all that is known outside of the balancer. */
export function isOpen({ excluded }: Member): boolean {
  return excluded === undefined;
}

/** A service's members in any state, and what a call has tried of them. */
export interface Situation {
  readonly members: MutableMember[];
  readonly tried: ReadonlySet<string>;
}

export const situation: fc.Arbitrary<Situation> = fc
  .array(
    fc.record({
      weight: fc.integer({ min: 1, max: 10 }),
      inFlight: fc.nat(20),
      excluded: fc.option(fc.constantFrom("unhealthy", "unchecked", "draining", "down"), {
        nil: undefined,
      }),
      tried: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((rows) => {
    const members = membersOf(rows.map(({ weight }) => weight));
    members.forEach((member, i) => {
      member.load.inFlight = rows[i]?.inFlight ?? 0;
      member.excluded = rows[i]?.excluded;
    });
    const tried = new Set(members.filter((_, i) => rows[i]?.tried).map(({ id }) => id));
    return { members, tried };
  });

type Step =
  | { readonly kind: "call"; readonly subject: CallSubject }
  | { readonly kind: "end"; readonly which: number; readonly how: AttemptEnd }
  | { readonly kind: "members"; readonly weights: readonly number[]; readonly out: number }
  | { readonly kind: "time"; readonly ms: number };

/** Calls, ends of attempts, changes of the members and time, in any order. */
export const script: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("call" as const), subject: anyCall }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("end" as const),
        which: fc.nat(20),
        how: fc.constantFrom(SUCCESS, REFUSED),
      }),
    },
    fc.record({
      kind: fc.constant("members" as const),
      weights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
      out: fc.nat(6),
    }),
    fc.record({ kind: fc.constant("time" as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  ),
  { maxLength: 40 },
);

/** Plays a script against a new balancer; whom it picked, in order. */
export function runScript(
  kind: BalancerKind,
  seed: number,
  steps: readonly Step[],
  record: boolean,
): string[] {
  const clock = new SetClock();
  const members = membersOf([1, 2, 1]);
  const deps = { clock, random: seededRandom(seed) };
  const balancer = balancerOfKind(kind, members, { outlier: {} }, deps);
  const open: ((how: AttemptEnd) => void)[] = [];
  const picked: string[] = [];
  for (const step of steps) {
    if (step.kind === "time") clock.set(clock.now() + step.ms);
    if (step.kind === "members") {
      const next = membersOf(step.weights);
      const out = next[step.out];
      if (out) out.excluded = "unhealthy";
      balancer.update(next);
    }
    if (step.kind === "end") open.splice(step.which, 1)[0]?.(step.how);
    if (step.kind === "call") {
      const selection = balancer.begin(step.subject, FRESH);
      const { member } = selection.pick({ record });
      picked.push(member?.id ?? "-");
      if (!member) continue;
      count(balancer, member, 1);
      open.push((how) => {
        selection.ended(member, how);
        count(balancer, member, -1);
      });
    }
  }
  return picked;
}

/** Counts an attempt under way as the view does. */
function count(balancer: Balancer, member: Member, change: 1 | -1): void {
  member.load.inFlight += change;
  balancer.loadChanged?.(member);
}
