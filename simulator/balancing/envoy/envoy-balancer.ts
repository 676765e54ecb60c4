import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { Decision } from "../../protocol/model.ts";
import type { BalancerId, BalancerSpec } from "../../protocol/spec.ts";
import { candidatesOf } from "../candidates.ts";
import type {
  AttemptEnd,
  Balancer,
  BalancerDeps,
  Beginning,
  CallSubject,
  Member,
  Pick,
  Selection,
} from "../contract.ts";
import { EnvoySelection, type EnvoyAsk, type EnvoyPicks } from "./envoy-selection.ts";
import { pictureOf } from "./envoy-picture.ts";
import { HostSets, type Priority } from "./host-sets.ts";
import { OutlierDetection } from "./outlier-detection.ts";
import type { HostPicker, Notes, Policy } from "./policy.ts";
import { Word64 } from "./word64.ts";

const NOBODY: ReadonlySet<string> = new Set();

/**
 * What Envoy has around each of its algorithms: priorities, panic and outlier detection. Finagle's
 * peak EWMA gets them too. A retry goes to a host that the call has not tried, like Envoy's
 * `previous_hosts` predicate with as many attempts as that takes.
 */
export class EnvoyBalancer implements Balancer, EnvoyPicks {
  readonly #id: BalancerId;
  readonly #policy: Policy;
  readonly #deps: BalancerDeps;
  readonly #threshold: number;
  readonly #outlier: OutlierDetection | undefined;
  #members: readonly Member[] = [];
  #sets: HostSets;
  /** By priority; made when they are needed, for it can take long. */
  #pickers: (HostPicker | undefined)[] = [];

  constructor(id: BalancerId, policy: Policy, spec: BalancerSpec, deps: BalancerDeps) {
    this.#id = id;
    this.#policy = policy;
    this.#deps = deps;
    this.#threshold = spec.panicThreshold * 100;
    if (spec.outlier) this.#outlier = new OutlierDetection(spec.outlier, deps.clock.now());
    this.#sets = this.#setsOf([]);
  }

  update(members: readonly Member[]): void {
    this.#members = members;
    const now = this.#deps.clock.now();
    this.#outlier?.advance(now);
    this.#refresh(now);
    this.#outlier?.keep(this.#sets.ids);
  }

  begin(subject: CallSubject, beginning: Beginning): Selection {
    return new EnvoySelection(this, this.#policy.hashOf?.(subject), beginning);
  }

  pick(ask: EnvoyAsk): Pick {
    const now = this.#deps.clock.now();
    if (this.#outlier?.advance(now)) this.#refresh(now);
    const hash = ask.hash ?? this.#randomHash();
    const index = this.#priorityFor(hash, ask);
    const picker = index === undefined ? undefined : this.#pickerOf(index, now);
    const tried = this.#avoided(index, ask.tried);
    const notes: Notes | undefined = ask.record
      ? { score: "", reason: "", scores: new Map() }
      : undefined;
    const member = picker?.choose({ tried, hash, now }, notes);
    const decision = notes && this.#decision(member, tried, index, notes);
    return { member, decision };
  }

  /** The same member once more, if it may be picked: a retry that is to stay where it was. */
  pickAgain({ id }: Member, record: boolean): Pick | undefined {
    const now = this.#deps.clock.now();
    if (this.#outlier?.advance(now)) this.#refresh(now);
    const index = this.#sets.priorities.findIndex(({ hosts }) => hosts.some((h) => h.id === id));
    const member = this.#sets.priorities[index]?.hosts.find((host) => host.id === id);
    if (!member) return undefined;
    const scores = new Map([[id, 1]]);
    const reason = `The retry stays at ${id}.`;
    const notes: Notes = {
      score: "whether it was picked before, the same one wins",
      reason,
      scores,
    };
    const decision = record ? this.#decision(member, NOBODY, index, notes) : undefined;
    return { member, decision };
  }

  /** An attempt at a member has ended. */
  ended(member: Member, end: AttemptEnd): void {
    const now = this.#deps.clock.now();
    this.#policy.ended?.(member, end, now);
    if (!this.#outlier) return;
    const swept = this.#outlier.advance(now);
    if (this.#outlier.report(member.id, end, now) || swept) this.#refresh(now);
  }

  picture(): BalancerPicture {
    const now = this.#deps.clock.now();
    if (this.#outlier?.advance(now)) this.#refresh(now);
    return pictureOf({
      members: this.#members,
      sets: this.#sets,
      policy: this.#policy,
      pickerOf: (index) => this.#pickerOf(index, now),
      outlier: this.#outlier,
      now,
    });
  }

  #setsOf(members: readonly Member[]): HostSets {
    const isEjected = (id: string) => this.#outlier?.isEjected(id) === true;
    return new HostSets(members, isEjected, this.#threshold);
  }

  #refresh(now: number): void {
    this.#sets = this.#setsOf(this.#members);
    this.#pickers = [];
    this.#policy.keep?.(this.#sets.ids, this.#sets.healthyIds, now);
    if (!this.#policy.isTimed) return;
    for (const index of this.#sets.priorities.keys()) this.#pickerOf(index, now);
  }

  #pickerOf(index: number, now: number): HostPicker | undefined {
    const hosts = this.#sets.priorities[index]?.hosts ?? [];
    if (hosts.length === 0) return undefined;
    return (this.#pickers[index] ??= this.#policy.over(hosts, now));
  }

  /** By the call's hash, as Envoy does it; undefined: there is nobody left for the call. */
  #priorityFor(hash: Word64, { tried, reuse }: EnvoyAsk): number | undefined {
    const { priorities } = this.#sets;
    let rest = priorities.length === 1 ? 0 : hash.modulo(100) + 1;
    const chosen = priorities.findIndex(({ load }) => (rest -= load) <= 0);
    if (tried.size === 0 || hasFresh(priorities[chosen], tried)) return chosen;
    const other = priorities.findIndex((each) => each.load > 0 && hasFresh(each, tried));
    if (other >= 0) return other;
    return reuse ? chosen : undefined;
  }

  /** Whom the pick must not choose: nobody when all have been tried. */
  #avoided(index: number | undefined, tried: ReadonlySet<string>): ReadonlySet<string> {
    if (index === undefined || tried.size === 0) return tried;
    return hasFresh(this.#sets.priorities[index], tried) ? tried : NOBODY;
  }

  #randomHash(): Word64 {
    if (!this.#policy.hashOf && this.#sets.priorities.length === 1) return ZERO;
    const { random } = this.#deps;
    return new Word64().set(random.next() * 2 ** 32, random.next() * 2 ** 32);
  }

  #decision(
    member: Member | undefined,
    tried: ReadonlySet<string>,
    index: number | undefined,
    { score, reason, scores }: Notes,
  ): Decision {
    const sets = this.#sets;
    const panics = sets.priorities.some(({ panic }) => panic);
    const members = panics ? this.#members.map((each) => sets.candidateOf(each)) : this.#members;
    const judge = (of: Member) => {
      const excluded = sets.exclusionOf(of) ?? (tried.has(of.id) ? "tried" : undefined);
      return excluded === undefined ? { score: scores.get(of.id) } : { excluded };
    };
    const winner = panics ? members.find(({ id }) => id === member?.id) : member;
    const candidates = candidatesOf(members, judge, winner);
    const priority = index === undefined ? undefined : sets.priorities[index];
    const why = member ? `${panicOf(priority)}${reason}` : nobodyOf(sets);
    const meaning = score || "nobody to compare; the only host wins";
    return { algorithm: this.#id, score: meaning, candidates, winner: member?.id, reason: why };
  }
}

const ZERO = new Word64();

function hasFresh(priority: Priority | undefined, tried: ReadonlySet<string>): boolean {
  if (!priority) return false;
  const { hosts } = priority;
  return hosts.length > tried.size || hosts.some(({ id }) => !tried.has(id));
}

function panicOf(priority: Priority | undefined): string {
  if (!priority?.panic) return "";
  const { healthy, total } = priority;
  return `Panic, ${String(healthy)} of ${String(total)} hosts are healthy: health is ignored. `;
}

function nobodyOf({ priorities }: HostSets): string {
  return priorities.some(({ hosts }) => hosts.length > 0)
    ? "The call has tried every eligible instance."
    : "No instance is eligible.";
}
