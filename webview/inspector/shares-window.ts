import { imbalanceOf, type Portion } from "./imbalance.ts";

/** One instance at one moment: its picks since the start, and its ideal share of 1. */
export interface Tally {
  readonly instance: string;
  readonly picks: number;
  readonly ideal: number;
}

export interface SharePoint {
  readonly at: number;
  /** Of the picks of the seconds before; undefined when there were none. */
  readonly share: number | undefined;
  readonly ideal: number;
}

export interface ShareLine {
  readonly instance: string;
  readonly points: readonly SharePoint[];
}

/** What the whole window adds up to. */
export interface WindowTotal {
  readonly picks: number;
  readonly portions: ReadonlyMap<string, Portion>;
  /** Undefined without picks. */
  readonly imbalance: number | undefined;
}

interface Sample {
  readonly at: number;
  readonly tallies: ReadonlyMap<string, Tally>;
}

const WINDOW_MS = 60_000;
const SAMPLE_EVERY_MS = 500;
/** A point of a line stands for the picks of so long before it. */
const SMOOTH_MS = 5000;
/** Of less than that a line would begin with a leap that means nothing. */
const LEAST_MS = 2000;

/** The shares of a service's instances over the last minute, out of their exact totals. */
export class SharesWindow {
  #samples: Sample[] = [];

  /** The times that the window covers; undefined before the first sample. */
  get span(): { readonly from: number; readonly to: number } | undefined {
    const to = this.#samples.at(-1)?.at;
    return to === undefined ? undefined : { from: to - WINDOW_MS, to };
  }

  /** Takes a sample, unless the last one is very young. @returns whether it did */
  push(at: number, tallies: readonly Tally[]): boolean {
    const last = this.#samples.at(-1);
    const next = new Map(tallies.map((tally) => [tally.instance, tally]));
    if (last && (at < last.at || fellBack(last.tallies, next))) this.#samples = [];
    else if (last && at - last.at < SAMPLE_EVERY_MS) return false;
    this.#samples.push({ at, tallies: next });
    while (this.#samples[1] && at - this.#samples[1].at >= WINDOW_MS) this.#samples.shift();
    return true;
  }

  /** One line an instance that is there now, oldest point first. */
  lines(): ShareLine[] {
    const newest = this.#samples.at(-1);
    if (!newest) return [];
    const shares = this.#samples.map((sample, i) => sharesOf(this.#before(i), sample));
    return [...newest.tallies.keys()].map((instance) => ({
      instance,
      points: this.#samples.map(({ at, tallies }, i) => ({
        at,
        share: shares[i]?.get(instance),
        ideal: tallies.get(instance)?.ideal ?? 0,
      })),
    }));
  }

  /** Shares over the whole window against what the ideal shares of its moments ask for. */
  total(): WindowTotal {
    const got = new Map<string, number>();
    const due = new Map<string, number>();
    let picks = 0;
    for (const [i, sample] of this.#samples.entries()) {
      const before = this.#samples[i - 1];
      if (!before) continue;
      const counts = picksOf(before, sample);
      let all = 0;
      for (const [instance, count] of counts) {
        all += count;
        got.set(instance, (got.get(instance) ?? 0) + count);
      }
      picks += all;
      for (const { instance, ideal } of sample.tallies.values()) {
        due.set(instance, (due.get(instance) ?? 0) + ideal * all);
      }
    }
    const portions = new Map<string, Portion>();
    if (picks === 0) return { picks, portions, imbalance: undefined };
    for (const instance of new Set([...got.keys(), ...due.keys()])) {
      const share = (got.get(instance) ?? 0) / picks;
      portions.set(instance, { share, ideal: (due.get(instance) ?? 0) / picks });
    }
    return { picks, portions, imbalance: imbalanceOf(portions.values()) };
  }

  /** The sample with which the i-th is compared. */
  #before(i: number): Sample | undefined {
    const at = (this.#samples[i]?.at ?? 0) - SMOOTH_MS;
    const young = this.#samples.findIndex((sample) => sample.at > at);
    return this.#samples[Math.max(0, young - 1)];
  }
}

/** Picks of each instance between two samples. */
function picksOf(before: Sample, after: Sample): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { instance, picks } of after.tallies.values()) {
    counts.set(instance, Math.max(0, picks - (before.tallies.get(instance)?.picks ?? 0)));
  }
  return counts;
}

function sharesOf(before: Sample | undefined, after: Sample): ReadonlyMap<string, number> {
  const long = before !== undefined && after.at - before.at >= LEAST_MS;
  const counts = long ? picksOf(before, after) : new Map<string, number>();
  const all = [...counts.values()].reduce((a, b) => a + b, 0);
  if (all === 0) return new Map();
  return new Map([...counts].map(([instance, count]) => [instance, count / all]));
}

/** Totals never fall, unless the cluster was started again. */
function fellBack(before: Sample["tallies"], after: Sample["tallies"]): boolean {
  return [...after.values()].some(
    ({ instance, picks }) => picks < (before.get(instance)?.picks ?? 0),
  );
}
