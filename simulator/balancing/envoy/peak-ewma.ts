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

/** A host with its average, so that a pick need not look it up. */
interface Node {
  readonly host: Member;
  readonly average: PeakAverage;
}

/** Hosts of the same weight; Finagle balances within such a class. */
interface WeightClass {
  readonly nodes: Node[];
  /** The weights of all its hosts, and of those in the classes before it. */
  readonly end: number;
}

class PeakEwmaPicker implements HostPicker {
  readonly #nodes: readonly Node[];
  readonly #classes: readonly WeightClass[];
  readonly #random: Random;

  constructor(
    hosts: readonly Member[],
    averages: ReadonlyMap<string, PeakAverage>,
    random: Random,
  ) {
    this.#nodes = hosts.flatMap((host) => {
      const average = averages.get(host.id);
      return average ? [{ host, average }] : [];
    });
    this.#classes = classesOf(this.#nodes);
    this.#random = random;
  }

  choose({ tried, now }: Choice, notes: Notes | undefined): Member {
    const { nodes } = this.#drawClass(tried);
    const count = nodes.length;
    const a = count === 1 ? 0 : Math.floor(this.#random.next() * count);
    const first = nodes[a];
    if (!first) throw new RangeError("There are no hosts.");
    if (count === 1) {
      if (notes) explainOnly(notes, first.host);
      return first.host;
    }
    // Two different ones: the second draw leaves a gap where the first one is.
    const b = Math.floor(this.#random.next() * (count - 1));
    const second = nodes[b >= a ? b + 1 : b] ?? first;
    const loads = [first, second].map(({ host, average }) => average.load(host.load.inFlight, now));
    const [loadOfFirst = 0, loadOfSecond = 0] = loads;
    const [best, other] = loadOfFirst < loadOfSecond ? [first, second] : [second, first];
    if (notes) {
      notes.scores.set(first.host.id, loadOfFirst).set(second.host.id, loadOfSecond);
      explain(notes, best.host, other.host);
    }
    return best.host;
  }

  figuresOf(host: Member, index: number, now: number): (number | null)[] {
    const average = this.#nodes[index]?.average;
    const { inFlight } = host.load;
    return [average?.at(now) ?? null, inFlight, average?.loadAt(inFlight, now) ?? null];
  }

  idealOf(host: Member): number {
    return host.weight;
  }

  /** A class by chance, as likely as the weights of all its hosts together. */
  #drawClass(tried: ReadonlySet<string>): WeightClass {
    const classes =
      tried.size === 0
        ? this.#classes
        : classesOf(this.#nodes.filter(({ host }) => !tried.has(host.id)));
    const last = classes.at(-1);
    if (!last) throw new RangeError("There are no hosts.");
    if (classes.length === 1) return last;
    const drawn = this.#random.next() * last.end;
    let low = 0;
    let high = classes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((classes[middle]?.end ?? 0) <= drawn) low = middle + 1;
      else high = middle;
    }
    return classes[low] ?? last;
  }
}

function explain(notes: Notes, best: Member, other: Member): void {
  notes.score = "EWMA in ms × (active + 1) of the two drawn, lower wins";
  const load = (id: string) => Number((notes.scores.get(id) ?? 0).toPrecision(4));
  notes.reason = `Drew ${best.id} and ${other.id}; loads are ${String(load(best.id))} and ${String(load(other.id))}.`;
}

function explainOnly(notes: Notes, host: Member): void {
  notes.score = "EWMA in ms × (active + 1), lower wins";
  notes.reason = `${host.id} is the only one of its weight.`;
}

function classesOf(nodes: readonly Node[]): WeightClass[] {
  const byWeight = new Map<number, Node[]>();
  for (const node of nodes) {
    const known = byWeight.get(node.host.weight);
    if (known) known.push(node);
    else byWeight.set(node.host.weight, [node]);
  }
  let end = 0;
  return [...byWeight].map(([weight, members]) => {
    end += weight * members.length;
    return { nodes: members, end };
  });
}

export const peakEwma: BalancerKind = {
  id: "peak-ewma",
  explanation:
    "Finagle's peak EWMA. Two instances are drawn by chance, and the one with the lower load gets the call: its latency, averaged over the last seconds, times its requests under way and this one. The average jumps up to any slower answer at once and comes down slowly, so a slow instance is avoided after its first slow answer. An instance that has not answered yet is tried with one call at first; Linkerd instead begins with a latency of 30ms.",
  create: (spec, deps) => new EnvoyBalancer("peak-ewma", new PeakEwma(spec, deps), spec, deps),
};
