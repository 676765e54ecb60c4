import type { Balancer, Beginning, CallSubject, Member, Selection } from "../balancing/contract.ts";
import type { BalancerPicture } from "../protocol/balancer-model.ts";
import type { EngineShares } from "../protocol/requests.ts";
import type { BalancerEngine } from "../protocol/spec.ts";

/** One of those who take turns. */
export interface Engine {
  readonly id: BalancerEngine;
  readonly balancer: Balancer;
  /** Whether it is left out, because it cannot serve. */
  hasFailed(): boolean;
}

/** Several engines for one service: each call goes to the next one. */
export class EngineTurns implements Balancer {
  readonly #engines: readonly (Engine & { calls: number; readonly picks: Map<string, number> })[];
  #members: readonly Member[] = [];
  #next = 0;

  constructor(engines: readonly Engine[]) {
    this.#engines = engines.map((engine) => ({
      ...engine,
      hasFailed: () => engine.hasFailed(),
      calls: 0,
      picks: new Map(),
    }));
  }

  /** What each has made of its calls. */
  get shares(): EngineShares[] {
    return this.#engines.map(({ id: engine, calls, picks }) => {
      const total = [...picks.values()].reduce((sum, count) => sum + count, 0);
      const ids = new Set([...this.#members.map(({ id }) => id), ...picks.keys()]);
      const of = (id: string) => (total === 0 ? 0 : (picks.get(id) ?? 0) / total);
      return { engine, calls, shares: Object.fromEntries([...ids].map((id) => [id, of(id)])) };
    });
  }

  update(members: readonly Member[]): void {
    this.#members = members;
    for (const { balancer } of this.#engines) balancer.update(members);
  }

  begin(subject: CallSubject, beginning: Beginning): Selection {
    const able = this.#engines.filter((engine) => !engine.hasFailed());
    const taking = able.length > 0 ? able : this.#engines;
    const engine = taking[this.#next++ % taking.length];
    if (!engine) throw new RangeError("There is no engine.");
    engine.calls++;
    return counted(engine.balancer.begin(subject, beginning), engine.picks);
  }

  loadChanged(member: Member): void {
    for (const { balancer } of this.#engines) balancer.loadChanged?.(member);
  }

  checkPassed(instance: string): void {
    for (const { balancer } of this.#engines) balancer.checkPassed?.(instance);
  }

  /** Of our own code, if it is among them: that of a program is not known. */
  picture(): BalancerPicture {
    const own = this.#engines.find(({ id }) => id === "fuseboard") ?? this.#engines[0];
    if (!own) throw new RangeError("There is no engine.");
    return own.balancer.picture();
  }

  retire(): void {
    for (const { balancer } of this.#engines) balancer.retire?.();
  }
}

/** A selection whose attempts are counted, when they end. */
function counted(inner: Selection, picks: Map<string, number>): Selection {
  return {
    get tries() {
      return inner.tries;
    },
    get via() {
      return inner.via;
    },
    pick: (ask) => inner.pick(ask),
    ended: (member, end) => {
      picks.set(member.id, (picks.get(member.id) ?? 0) + 1);
      inner.ended(member, end);
    },
    ...(inner.redispatch && { redispatch: (sent) => inner.redispatch?.(sent) ?? NEVER }),
    ...(inner.over && { over: () => inner.over?.() }),
  };
}

const NEVER = { atOnce: false, pauses: true };
