import type { Random } from "../kernel/random.ts";
import type { Exclusion, HealthStatus } from "../protocol/model.ts";
import type { Balancer, BalancerKind, Member, Pick, PickRequest } from "./contract.ts";

/** An endpoint as the registry names it. */
export interface Endpoint {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

interface Entry {
  readonly endpoint: Endpoint;
  readonly load: { inFlight: number };
  health: HealthStatus;
}

/**
 * The gateway's view of one service: what the registry holds, joined with what the health checks
 * found. Every change hands the balancer a new list of members; picks only read.
 */
export class ServiceView {
  readonly #random: Random;
  readonly #entries = new Map<string, Entry>();
  /** Gone from the registry, with attempts still under way. */
  readonly #leaving = new Map<string, { inFlight: number }>();
  /** Who waits until an endpoint is out of use. */
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Told after every change of eligibility. */
  readonly #watchers = new Set<() => unknown>();
  #kind: BalancerKind;
  #balancer: Balancer;

  constructor(kind: BalancerKind, random: Random) {
    this.#random = random;
    this.#kind = kind;
    this.#balancer = kind.create(random);
  }

  get kind(): BalancerKind {
    return this.#kind;
  }

  /** Another algorithm from the next pick on; calls in flight are still counted. */
  choose(kind: BalancerKind): void {
    this.#kind = kind;
    this.#balancer = kind.create(this.#random);
    this.#publish();
  }

  put(endpoint: Endpoint): void {
    const known = this.#entries.get(endpoint.id);
    const same = known?.endpoint.port === endpoint.port && known.endpoint.host === endpoint.host;
    this.#entries.set(endpoint.id, {
      endpoint,
      load: known?.load ?? { inFlight: 0 },
      health: same ? known.health : "unknown",
    });
    this.#publish();
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#publish();
    if (entry.load.inFlight > 0) this.#leaving.set(id, entry.load);
    else this.#becameIdle(id);
  }

  setHealth(id: string, health: HealthStatus): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.health === health) return;
    entry.health = health;
    this.#publish();
  }

  /** Whether it may be picked now. */
  isEligible(id: string): boolean {
    return this.#entries.get(id)?.health === "passing";
  }

  /** Resolves when the endpoint may be picked. Rejects with the signal's reason. */
  whenEligible(id: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!this.isEligible(id)) return false;
        this.#watchers.delete(check);
        signal.removeEventListener("abort", abort);
        resolve();
        return true;
      };
      const abort = () => {
        this.#watchers.delete(check);
        reject(signal.reason as Error);
      };
      if (check()) return;
      if (signal.aborted) {
        abort();
        return;
      }
      this.#watchers.add(check);
      signal.addEventListener("abort", abort, { once: true });
    });
  }

  /** A pick, counted as in flight until `release`. */
  pick(request: PickRequest, record: boolean): Pick {
    const pick = this.#balancer.pick(request, record);
    if (pick.member) pick.member.load.inFlight++;
    return pick;
  }

  /** The attempt of a pick has ended, and all of its body has passed. */
  release(member: Member, result: { readonly ok: boolean; readonly ms: number }): void {
    member.load.inFlight--;
    this.#balancer.ended?.(member, result);
    if (member.load.inFlight === 0 && this.#leaving.get(member.id) === member.load) {
      this.#leaving.delete(member.id);
      this.#becameIdle(member.id);
    }
  }

  /**
   * Resolves when the endpoint is out of the view and no attempt at it is under way, or when the
   * signal is aborted: nobody waits any longer then.
   */
  drained(id: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#isIdle(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const settle = () => {
        waiting.delete(settle);
        signal.removeEventListener("abort", settle);
        resolve();
      };
      waiting.add(settle);
      signal.addEventListener("abort", settle, { once: true });
    });
  }

  #isIdle(id: string): boolean {
    return !this.#entries.has(id) && !this.#leaving.has(id);
  }

  #becameIdle(id: string): void {
    if (!this.#isIdle(id)) return;
    for (const settle of [...(this.#waiting.get(id) ?? [])]) settle();
    this.#waiting.delete(id);
  }

  #publish(): void {
    const members = [...this.#entries.values()]
      .map(({ endpoint, load, health }) => ({ ...endpoint, load, excluded: exclusionOf(health) }))
      .sort((a, b) => ordinalOf(a.id) - ordinalOf(b.id));
    this.#balancer.update(members);
    for (const watcher of [...this.#watchers]) watcher();
  }
}

function exclusionOf(health: HealthStatus): Exclusion | undefined {
  if (health === "passing") return undefined;
  return health === "failing" ? "unhealthy" : "unchecked";
}

/** The number at the end of an instance's id: 12 of `checkout-12`. */
function ordinalOf(id: string): number {
  return Number(/(\d+)$/.exec(id)?.[1] ?? 0);
}
