import type { FaultyPath } from "../../simulator/call/contract.ts";
import type { EventLog } from "../../simulator/kernel/event-log.ts";
import { ATTEMPT_HEADERS } from "../../simulator/protocol/headers.ts";
import type { ActiveFault, FaultKindId } from "../../simulator/protocol/model.ts";

/** One fault by the facts, and the touches that can only have been its own. */
interface Known {
  readonly active: ActiveFault;
  isOver: boolean;
  /** As the facts tell it. */
  counted: number;
  own: number;
  /** Whether another of its kind was there when one of the two touched an attempt. */
  isShared: boolean;
}

/**
 * Stands beside the path of the faults and writes down each touch of an attempt: what the attempts'
 * facts must name, and what the faults must have counted.
 */
export class TouchLedger implements FaultyPath {
  readonly #faults: () => FaultyPath;
  readonly #known = new Map<string, Known>();
  /** Kinds by the attempt that has not ended yet. */
  readonly #open = new Map<string, string[]>();
  readonly #total = new Map<string, number>();
  readonly broken: string[] = [];

  constructor(log: EventLog, faults: () => FaultyPath) {
    this.#faults = faults;
    log.subscribe((fact) => {
      if (fact.kind === "attempt-started") {
        this.#open.set(`${fact.call}/${fact.number}`, []);
      } else if (fact.kind === "attempt-ended") {
        const key = `${fact.call}/${fact.number}`;
        const touched = (this.#open.get(key) ?? []).join(", ");
        const named = (fact.faults ?? []).join(", ");
        this.#open.delete(key);
        if (named !== touched) this.broken.push(`${key} names ${named} instead of ${touched}`);
      } else if (fact.kind === "fault-injected") {
        const { active } = fact;
        const own = { isOver: false, counted: 0, own: 0, isShared: false };
        this.#known.set(active.id, { active, ...own });
      } else if (fact.kind === "fault-counted") {
        const known = this.#known.get(fact.id);
        if (known) known.counted = fact.touched;
      } else if (fact.kind === "fault-cleared") {
        const known = this.#known.get(fact.id);
        if (known) known.isOver = true;
      }
    });
  }

  /** Attempts that were touched, by the kind of fault. */
  get touches(): ReadonlyMap<string, number> {
    return this.#total;
  }

  /** Whether all faults have been taken back. */
  get areOver(): boolean {
    return [...this.#known.values()].every(({ isOver }) => isOver);
  }

  /** What the faults have counted wrongly, when all are over; none: `[]`. */
  miscounted(): string[] {
    const wrong: string[] = [];
    for (const { active, own, counted, isShared } of this.#known.values()) {
      if (!isShared && own !== counted) {
        wrong.push(`${active.id} (${active.fault.kind}) counted ${counted} of ${own}`);
      }
    }
    const counted = Map.groupBy(this.#known.values(), ({ active }) => active.fault.kind);
    for (const [kind, all] of counted) {
      const sum = all.reduce((before, each) => before + each.counted, 0);
      const touches = this.#total.get(kind) ?? 0;
      if (sum !== touches) wrong.push(`all ${kind} counted ${sum} of ${touches}`);
    }
    return wrong;
  }

  pass(...[instance, request, path]: Parameters<FaultyPath["pass"]>) {
    const passage = this.#faults().pass(instance, request, path);
    if (!passage) return undefined;
    const header = (asked: string) => request.headers.find(([name]) => name === asked)?.[1] ?? "";
    const key = `${header(ATTEMPT_HEADERS.call)}/${header(ATTEMPT_HEADERS.attempt)}`;
    return {
      carry: (exchange: Parameters<typeof passage.carry>[0]) =>
        passage.carry({
          ...exchange,
          touched: (kind) => {
            exchange.touched(kind);
            this.#touched(kind, key);
          },
        }),
    };
  }

  refuses(instance: string, service: string): boolean {
    return this.#faults().refuses(instance, service);
  }

  #touched(kind: string, attempt: string): void {
    // One that nobody waits for any more may meet further faults after its end.
    this.#open.get(attempt)?.push(kind);
    this.#total.set(kind, (this.#total.get(kind) ?? 0) + 1);
    const possible = this.#atWork(kind);
    const [first] = possible;
    if (!first) this.broken.push(`${attempt} was touched by ${kind}, which is not at work`);
    else if (possible.length === 1) first.own++;
    else for (const each of possible) each.isShared = true;
  }

  #atWork(kind: string): Known[] {
    return [...this.#known.values()].filter(
      ({ active, isOver }) => active.fault.kind === (kind as FaultKindId) && !isOver,
    );
  }
}
