import type { Counters } from "../simulator/protocol/model.ts";

/** What happened over the last seconds, by edge (`from>to`), and by instance. */
export interface Rates {
  edge(key: string): EdgeRate;
  service(name: string): number;
  /** Picks over the window; the share of a service's is the traffic share. */
  picks(instance: string): number;
}

export interface EdgeRate {
  readonly perSecond: number;
  /** Of the calls in the window, as a fraction of 1. */
  readonly failedShare: number;
  readonly fallbacksPerSecond: number;
}

interface Sample {
  readonly at: number;
  readonly counters: Counters;
}

const WINDOW_MS = 10_000;
const SAMPLE_EVERY_MS = 500;
/** Below this a difference says too little. */
const LEAST_MS = 800;

/**
 * Turns the exact totals into rates of the last ten seconds. Unlike the totals' own rates they
 * also fall when nothing is counted any more.
 */
export class RateWindow implements Rates {
  #samples: Sample[] = [];
  #newest: Sample | undefined;

  push(at: number, counters: Counters): void {
    if (this.#newest && at < this.#newest.at) this.#samples = [];
    this.#newest = { at, counters };
    const last = this.#samples.at(-1);
    if (!last || at - last.at >= SAMPLE_EVERY_MS) this.#samples.push(this.#newest);
    while (this.#samples[1] && at - this.#samples[1].at >= WINDOW_MS) this.#samples.shift();
  }

  clear(): void {
    this.#samples = [];
    this.#newest = undefined;
  }

  edge(key: string): EdgeRate {
    const now = this.#newest?.counters.edges[key];
    if (!now) return { perSecond: 0, failedShare: 0, fallbacksPerSecond: 0 };
    const span = this.#span();
    if (!span) {
      const failedShare = now.calls > 0 ? now.failed / now.calls : 0;
      return { perSecond: now.perSecond, failedShare, fallbacksPerSecond: 0 };
    }
    const before = span.first.counters.edges[key];
    const calls = now.calls - (before?.calls ?? 0);
    return {
      perSecond: calls / span.seconds,
      failedShare: calls > 0 ? Math.min(1, (now.failed - (before?.failed ?? 0)) / calls) : 0,
      fallbacksPerSecond: (now.fallbacks - (before?.fallbacks ?? 0)) / span.seconds,
    };
  }

  service(name: string): number {
    const now = this.#newest?.counters.services[name];
    const span = this.#span();
    if (!now || !span) return now?.perSecond ?? 0;
    return (now.calls - (span.first.counters.services[name]?.calls ?? 0)) / span.seconds;
  }

  picks(instance: string): number {
    const now = this.#newest?.counters.instances[instance]?.picks ?? 0;
    const span = this.#span();
    return span ? now - (span.first.counters.instances[instance]?.picks ?? 0) : now;
  }

  #span(): { first: Sample; seconds: number } | undefined {
    const first = this.#samples[0];
    if (!first || !this.#newest) return undefined;
    const ms = this.#newest.at - first.at;
    return ms >= LEAST_MS ? { first, seconds: ms / 1000 } : undefined;
  }
}
