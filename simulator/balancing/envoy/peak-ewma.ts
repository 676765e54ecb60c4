import type { Random } from "../../kernel/random.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import type { AttemptEnd, BalancerDeps, BalancerKind, Member } from "../contract.ts";
import { EnvoyBalancer } from "./envoy-balancer.ts";
import { PeakAverage } from "./peak-average.ts";
import type { Choice, HostPicker, Notes, Policy } from "./policy.ts";

class PeakEwma implements Policy {
  readonly columns = [
    { title: "EWMA in ms", explanation: "Moving average of its latency that jumps to peaks." },
    { title: "Active", explanation: "Requests under way at it." },
    { title: "Load", explanation: "EWMA × (active + 1); what is compared." },
  ];
  readonly #random: Random;
  readonly #decayMs: number;
  readonly #averages = new Map<string, PeakAverage>();

  constructor({ decay }: BalancerSpec, { random }: BalancerDeps) {
    this.#random = random;
    this.#decayMs = decay;
  }

  keep(hosts: ReadonlySet<string>, _healthy: ReadonlySet<string>, now: number): void {
    for (const id of this.#averages.keys()) if (!hosts.has(id)) this.#averages.delete(id);
    for (const id of hosts) {
      if (!this.#averages.has(id)) this.#averages.set(id, new PeakAverage(this.#decayMs, now));
    }
  }

  over(hosts: readonly Member[]): HostPicker {
    return new PeakEwmaPicker(hosts, this.#averages, this.#random);
  }

  ended({ id }: Member, { ms }: AttemptEnd, now: number): void {
    this.#averages.get(id)?.observe(ms, now);
  }
}

/** Hosts of the same weight; Finagle balances within such a class. */
interface WeightClass {
  readonly weight: number;
  readonly hosts: Member[];
}

class PeakEwmaPicker implements HostPicker {
  readonly #classes: readonly WeightClass[];
  readonly #averages: ReadonlyMap<string, PeakAverage>;
  readonly #random: Random;

  constructor(
    hosts: readonly Member[],
    averages: ReadonlyMap<string, PeakAverage>,
    random: Random,
  ) {
    this.#classes = classesOf(hosts);
    this.#averages = averages;
    this.#random = random;
  }

  choose({ tried, now }: Choice, notes: Notes | undefined): Member {
    const hosts = this.#drawClass(tried).hosts;
    const count = hosts.length;
    const a = count === 1 ? 0 : Math.floor(this.#random.next() * count);
    const first = hosts[a];
    if (!first) throw new RangeError("There are no hosts.");
    if (count === 1) {
      if (notes) explainOnly(notes, first);
      return first;
    }
    // Two different ones: the second draw leaves a gap where the first one is.
    const b = Math.floor(this.#random.next() * (count - 1));
    const second = hosts[b >= a ? b + 1 : b] ?? first;
    const [loadOfFirst, loadOfSecond] = [this.#loadOf(first, now), this.#loadOf(second, now)];
    const best = loadOfFirst < loadOfSecond ? first : second;
    if (notes) {
      notes.scores.set(first.id, loadOfFirst).set(second.id, loadOfSecond);
      this.#explain(notes, best, best === first ? second : first);
    }
    return best;
  }

  figuresOf(host: Member, _index: number, now: number): (number | null)[] {
    const average = this.#averages.get(host.id);
    const { inFlight } = host.load;
    return [average?.at(now) ?? null, inFlight, average?.loadAt(inFlight, now) ?? null];
  }

  idealOf(host: Member): number {
    return host.weight;
  }

  #loadOf({ id, load }: Member, now: number): number {
    return this.#averages.get(id)?.load(load.inFlight, now) ?? 0;
  }

  /** A class by chance, as likely as the weights of all its hosts together. */
  #drawClass(tried: ReadonlySet<string>): WeightClass {
    const classes = tried.size === 0 ? this.#classes : untriedOf(this.#classes, tried);
    const [first] = classes;
    if (!first) throw new RangeError("There are no hosts.");
    if (classes.length === 1) return first;
    const total = classes.reduce((sum, { weight, hosts }) => sum + weight * hosts.length, 0);
    let rest = this.#random.next() * total;
    return classes.find(({ weight, hosts }) => (rest -= weight * hosts.length) < 0) ?? first;
  }

  #explain(notes: Notes, best: Member, other: Member): void {
    notes.score = "EWMA in ms × (active + 1) of the two drawn, lower wins";
    const load = (id: string) => Number((notes.scores.get(id) ?? 0).toPrecision(4));
    notes.reason = `Drew ${best.id} and ${other.id}; loads are ${String(load(best.id))} and ${String(load(other.id))}.`;
  }
}

function explainOnly(notes: Notes, host: Member): void {
  notes.score = "EWMA in ms × (active + 1), lower wins";
  notes.reason = `${host.id} is the only one of its weight.`;
}

function classesOf(hosts: readonly Member[]): WeightClass[] {
  const classes = new Map<number, WeightClass>();
  for (const host of hosts) {
    const { weight } = host;
    const known = classes.get(weight);
    if (known) known.hosts.push(host);
    else classes.set(weight, { weight, hosts: [host] });
  }
  return [...classes.values()];
}

function untriedOf(classes: readonly WeightClass[], tried: ReadonlySet<string>): WeightClass[] {
  return classes
    .map(({ weight, hosts }) => ({ weight, hosts: hosts.filter(({ id }) => !tried.has(id)) }))
    .filter(({ hosts }) => hosts.length > 0);
}

export const peakEwma: BalancerKind = {
  id: "peak-ewma",
  explanation:
    "Finagle's peak EWMA. Two instances are drawn by chance, and the one with the lower load gets the call: its latency, averaged over the last seconds, times its requests under way and this one. The average jumps up to any slower answer at once and comes down slowly, so a slow instance is avoided after its first slow answer. An instance that has not answered yet is tried with one call at first; Linkerd instead begins with a latency of 30 ms.",
  create: (spec, deps) => new EnvoyBalancer("peak-ewma", new PeakEwma(spec, deps), spec, deps),
};
