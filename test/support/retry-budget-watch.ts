import type { EventLog } from "../../simulator/kernel/event-log.ts";
import { isCallFact, type CallFact } from "../../simulator/protocol/events.ts";
import type { RetryBudgetSpec } from "../../simulator/protocol/spec.ts";
import type { Service } from "../../simulator/service.ts";

/** How many passes through the retry layer had begun by then. */
interface Sample {
  readonly at: number;
  readonly begun: number;
}

/** When Envoy's budget granted a retry, and how many may be under way at most then. */
interface Moment {
  readonly at: number;
  readonly most: number;
}

/**
 * Looks at every retry of a service as the facts tell it, and says which its budget should have
 * refused. Knows of the budget nothing but its settings.
 */
export class RetryBudgetWatch {
  readonly broken: string[] = [];
  readonly #service: Service;
  readonly #budget: RetryBudgetSpec | undefined;
  readonly #begun: Sample[] = [];
  /** When retries were made. */
  readonly #retries: number[] = [];
  /** Retries of each call whose end was not told yet. */
  readonly #underWay = new Map<string, number>();
  #moment: Moment | undefined;

  constructor(service: Service, log: EventLog) {
    const { retry } = service.spec;
    this.#service = service;
    this.#budget = retry?.rules === "fuseboard" ? retry.budget : undefined;
    if (!this.#budget) return;
    log.subscribe((fact) => {
      if (isCallFact(fact)) this.#see(fact);
    });
  }

  /** Retries that it has looked at. */
  get retries(): number {
    return this.#retries.length;
  }

  #see(fact: CallFact): void {
    const { call, at } = fact;
    if (this.#moment && at > this.#moment.at) this.#look(this.#moment);
    if (fact.kind === "call-started") {
      if (fact.service !== this.#service.name) return;
      this.#underWay.set(call, 0);
      this.#begun.push({ at, begun: this.#layer.entered });
      return;
    }
    const retries = this.#underWay.get(call);
    if (retries === undefined) return;
    if (fact.kind === "call-ended") this.#underWay.delete(call);
    // Another answers: the retries are over, also one that still had to begin.
    else if (fact.kind === "fallback-used") this.#underWay.set(call, 0);
    else if (fact.kind === "attempt-ended") this.#underWay.set(call, Math.max(0, retries - 1));
    else if (fact.kind === "retry-scheduled") {
      this.#underWay.set(call, retries + 1);
      this.#retries.push(at);
      const why = this.#whyRefused(at);
      if (why !== undefined) this.broken.push(`${call}: ${why}`);
    }
  }

  /** Looks at a moment that is over: what is told a little later than it happens has been told. */
  #look({ at, most }: Moment): void {
    this.#moment = undefined;
    const all = [...this.#underWay.values()].reduce((sum, each) => sum + each, 0);
    if (all > most) this.broken.push(`${all} retries under way at ${at}, at most ${most} may be`);
  }

  /** Why the newest retry should not have been; undefined: it may be. */
  #whyRefused(at: number): string | undefined {
    const budget = this.#budget;
    if (budget?.rules === "envoy") {
      const { hedge, layers } = this.#service.spec;
      // A try beside others is given up without a word of its retry.
      if (hedge && layers.indexOf("hedge") < layers.indexOf("retry")) return undefined;
      const { inside } = this.#layer;
      const most = Math.max(Math.trunc(budget.percent * inside), budget.minimum);
      this.#moment = { at, most: Math.max(most, this.#moment?.most ?? 0) };
      return undefined;
    }
    if (budget?.rules === "finagle") {
      const { ttl, minimumPerSecond } = budget;
      // Finagle counts a retry in whole thousandths of a call.
      const percent = 1000 / Math.trunc(1000 / budget.percent);
      const reserve = (minimumPerSecond * ttl) / 1000;
      const { entered } = this.#layer;
      if (reserve === 0 && this.#retries.length > percent * entered) {
        return `${this.#retries.length} retries of ${entered} passes`;
      }
      // The window is forgotten in tenths, each of which lasts until something happens after it.
      const retries = this.#retries.length - countUntil(this.#retries, at - 0.9 * ttl);
      const first = countUntil(
        this.#begun.map((sample) => sample.at),
        at - 2 * ttl,
      );
      const begun = entered - (this.#begun[first - 1]?.begun ?? 0);
      return retries > percent * begun + reserve
        ? `${retries} retries within ${ttl}ms of ${begun} passes`
        : undefined;
    }
    return undefined;
  }

  get #layer(): { readonly entered: number; readonly inside: number } {
    const layer = this.#service.guard.picture().find(({ id }) => id === "retry");
    if (!layer) throw new Error("There is no retry.");
    return layer;
  }
}

/** How many of these ascending times are not after `until`. */
function countUntil(times: readonly number[], until: number): number {
  return times.findLastIndex((each) => each <= until) + 1;
}
