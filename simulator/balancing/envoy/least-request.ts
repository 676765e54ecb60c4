import type { Random } from "../../kernel/random.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import type { BalancerDeps, BalancerKind, Member } from "../contract.ts";
import { EdfSchedule } from "./edf-schedule.ts";
import { EnvoyBalancer } from "./envoy-balancer.ts";
import type { Choice, HostPicker, Notes, Policy } from "./policy.ts";
import { SlowStart } from "./slow-start.ts";

/** Envoy takes the seed of its schedules modulo this. */
const MOST_TURNS = 429_496_729;
/** Turns of the schedule that a retry gives away before it looks at all hosts. */
const TURNS_FOR_RETRY = 5;

class LeastRequest implements Policy {
  readonly isTimed = true;
  readonly columns = [
    { title: "Active", explanation: "Requests under way at it." },
    {
      title: "Effective weight",
      explanation: "Weight / (active + 1)^bias, less while it starts slowly.",
    },
  ];
  readonly #spec: BalancerSpec;
  readonly #random: Random;
  readonly #slowStart: SlowStart | undefined;
  /** Where schedules begin, so that gateways do not all begin with the same host. */
  readonly #seed: number;

  constructor(spec: BalancerSpec, { random, clock }: BalancerDeps) {
    this.#spec = spec;
    this.#random = random;
    this.#seed = Math.floor(random.next() * 2 ** 32) % MOST_TURNS;
    if (spec.slowStart) this.#slowStart = new SlowStart(spec.slowStart, clock.now());
  }

  keep(_hosts: ReadonlySet<string>, healthy: ReadonlySet<string>, now: number): void {
    this.#slowStart?.keep(healthy, now);
  }

  /**
   * Equal weights: the least busy of those drawn. Otherwise, in a slow start, or with a bias of
   * its own (which the newest Envoy heeds in any case): by turns of changing weight.
   */
  over(hosts: readonly Member[], now: number): HostPicker {
    const { activeRequestBias, draws } = this.#spec;
    const weightOf = (host: Member, at: number) => this.#weightOf(host, at);
    const equal = hosts.every(({ weight }) => weight === hosts[0]?.weight);
    const starting = this.#slowStart?.isActive(now) === true;
    const isScheduled = hosts.length > 1 && (!equal || starting || activeRequestBias !== 1);
    return isScheduled
      ? new ScheduledPicker(hosts, weightOf, this.#seed, now)
      : new DrawingPicker(hosts, weightOf, draws, this.#random);
  }

  #weightOf({ id, weight, load }: Member, now: number): number {
    const { activeRequestBias } = this.#spec;
    const biased =
      activeRequestBias === 1
        ? weight / (load.inFlight + 1)
        : weight / (load.inFlight + 1) ** activeRequestBias;
    return this.#slowStart ? biased * this.#slowStart.factorOf(id, now) : biased;
  }
}

type WeightOf = (host: Member, now: number) => number;

/** The least busy of so many hosts that are drawn with equal chances, the first of equals. */
class DrawingPicker implements HostPicker {
  readonly #hosts: readonly Member[];
  readonly #weightOf: WeightOf;
  readonly #draws: number;
  readonly #random: Random;

  constructor(hosts: readonly Member[], weightOf: WeightOf, draws: number, random: Random) {
    this.#hosts = hosts;
    this.#weightOf = weightOf;
    this.#draws = draws;
    this.#random = random;
  }

  choose({ tried }: Choice, notes: Notes | undefined): Member {
    const hosts = tried.size === 0 ? this.#hosts : this.#hosts.filter(({ id }) => !tried.has(id));
    let best: Member | undefined;
    for (let i = 0; i < this.#draws; i++) {
      const host = hosts[Math.floor(this.#random.next() * hosts.length)];
      if (!host) break;
      notes?.scores.set(host.id, host.load.inFlight);
      if (!best || host.load.inFlight < best.load.inFlight) best = host;
    }
    if (!best) throw new RangeError("There are no hosts.");
    if (notes) explainDraw(notes, best);
    return best;
  }

  figuresOf(host: Member, _index: number, now: number): number[] {
    return [host.load.inFlight, this.#weightOf(host, now)];
  }

  idealOf(host: Member): number {
    return host.weight;
  }
}

function explainDraw(notes: Notes, best: Member): void {
  notes.score = "active requests of those drawn, lowest wins";
  const drawn = [...notes.scores].map(([id, active]) => `${id} with ${String(active)} active`);
  const comparison =
    drawn.length === 1 ? "alone" : `and ${best.id} has the fewest, or was the first of equals`;
  notes.reason = `Drew ${drawn.join(", ")}, ${comparison}.`;
}

/** Hosts take turns by Envoy's schedule; whoever is busy has to wait longer for the next one. */
class ScheduledPicker implements HostPicker {
  readonly #hosts: readonly Member[];
  readonly #weightOf: WeightOf;
  readonly #schedule: EdfSchedule;

  constructor(hosts: readonly Member[], weightOf: WeightOf, seed: number, now: number) {
    this.#hosts = hosts;
    this.#weightOf = weightOf;
    this.#schedule = EdfSchedule.after(seed, hosts.length, this.#weights(now));
  }

  choose({ tried, now }: Choice, notes: Notes | undefined): Member {
    const deadlines = notes && this.#schedule.deadlines();
    const host = this.#turn(tried, now);
    if (notes && deadlines) {
      notes.score = "deadline in the schedule, earliest wins";
      for (const [item, { id }] of this.#hosts.entries()) {
        notes.scores.set(id, deadlines[item] ?? 0);
      }
      notes.reason = `${host.id} has the earliest deadline; its next one is 1 / ${this.#weightOf(host, now).toPrecision(3)} later.`;
    }
    return host;
  }

  figuresOf(host: Member, _index: number, now: number): number[] {
    return [host.load.inFlight, this.#weightOf(host, now)];
  }

  /** Busyness apart: what the slow start leaves of the weight. */
  idealOf(host: Member, now: number): number {
    return this.#weightOf({ ...host, load: { inFlight: 0 } }, now);
  }

  #turn(tried: ReadonlySet<string>, now: number): Member {
    for (let turn = 0; turn <= TURNS_FOR_RETRY; turn++) {
      const host = this.#hosts[this.#schedule.next(this.#weights(now))];
      if (host && !tried.has(host.id)) return host;
    }
    const deadlines = this.#schedule.deadlines();
    const [first] = [...this.#hosts.entries()]
      .filter(([, { id }]) => !tried.has(id))
      .sort(([a], [b]) => (deadlines[a] ?? 0) - (deadlines[b] ?? 0));
    if (!first) throw new RangeError("There are no hosts.");
    return first[1];
  }

  #weights(now: number): (item: number) => number {
    return (item) => {
      const host = this.#hosts[item];
      return host ? this.#weightOf(host, now) : 0;
    };
  }
}

export const leastRequest: BalancerKind = {
  id: "least-request",
  explanation:
    "Envoy's least request. With equal weights some instances are drawn by chance, two if nothing else is said, and the one with the fewest requests under way gets the call: nearly as good as looking at everyone, and it does not send everybody to the same idle instance. With unequal weights the instances take turns instead, as often as their weight divided by their requests under way allows.",
  create: (spec, deps) =>
    new EnvoyBalancer("least-request", new LeastRequest(spec, deps), spec, deps),
};
