import type {
  AttemptEnd,
  Balancer,
  BalancerDeps,
  BalancerKind,
  Beginning,
  CallSubject,
  Member,
  Selection,
} from "../../simulator/balancing/contract.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import type { Exclusion } from "../../simulator/protocol/model.ts";
import {
  Balancer as BalancerSchema,
  Server,
  type BalancerFile,
} from "../../simulator/protocol/spec.ts";

/** What a server is when nothing is said of it. */
const PLAIN = Server.parse({});

/** A member as tests change it. */
export interface MutableMember extends Member {
  weight: number;
  excluded: Exclusion | undefined;
  server: Server;
}

/** Members `svc-1`, `svc-2`, … of these weights, all eligible and idle; the rest as said, in ms. */
export function membersOf(
  weights: readonly number[],
  servers: readonly Partial<Server>[] = [],
): MutableMember[] {
  return weights.map((weight, i) => ({
    id: `svc-${String(i + 1)}`,
    host: "127.0.0.1",
    port: 10_000 + i,
    weight,
    excluded: undefined,
    load: { inFlight: 0 },
    server: { ...PLAIN, weight, ...servers[i] },
  }));
}

/** A clock that stands still until it is set; its timers run as it passes them. */
export class SetClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ readonly at: number; readonly run: () => void }>();

  constructor(now = 0) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves to a time, running the timers on the way in their order. */
  set(now: number): void {
    for (;;) {
      const [next] = [...this.#timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = Math.max(this.#now, now);
  }
}

/** A balancer of these members. */
export function balancerWith(
  kind: BalancerKind,
  members: readonly Member[],
  spec: BalancerFile = {},
  deps: Partial<BalancerDeps> = {},
): Balancer {
  const parsed = BalancerSchema.parse({ algorithm: kind.id, ...spec });
  const balancer = kind.create(parsed, {
    random: seededRandom(1),
    clock: new SetClock(),
    ...deps,
  });
  balancer.update(members);
  return balancer;
}

/** A call `GET /` from 127.0.0.1, or as said. */
export function subjectOf(
  of: { client?: string; method?: string; uri?: string; headers?: Record<string, string> } = {},
): CallSubject {
  const { client = "127.0.0.1", method = "GET", uri = "/", headers = {} } = of;
  return { client, method, uri, header: (name) => headers[name] };
}

/** A call that has tried nobody yet and does not come back to whom it has. */
export const FRESH: Beginning = { tried: new Set(), reuse: false };

/** Ends of attempts. */
export const SUCCESS: AttemptEnd = {
  outcome: "success",
  status: 200,
  sent: true,
  ms: 1,
  again: false,
};
export const REFUSED: AttemptEnd = { outcome: "unavailable", sent: false, ms: 1, again: true };

/** One attempt that is counted as in flight, as the view does, until `end` is called. */
export function attemptAt(
  balancer: Balancer,
  selection: Selection,
): { readonly member: Member | undefined; readonly end: (how?: AttemptEnd) => void } {
  const { member } = selection.pick({ record: false });
  if (!member) return { member, end: () => undefined };
  member.load.inFlight++;
  balancer.loadChanged?.(member);
  return {
    member,
    end: (how = SUCCESS) => {
      selection.ended(member, how);
      member.load.inFlight--;
      balancer.loadChanged?.(member);
    },
  };
}

/** The ordinals of so many calls' first picks, each over before the next: `112131`. */
export function idlePicks(
  balancer: Balancer,
  count: number,
  subject: (i: number) => CallSubject = () => subjectOf(),
): string {
  return Array.from({ length: count }, (_, i) => {
    const { member, end } = attemptAt(balancer, balancer.begin(subject(i), FRESH));
    end();
    return member?.id.replace("svc-", "") ?? "-";
  }).join("");
}
