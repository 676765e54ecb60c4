import type { Random } from "../kernel/random.ts";
import type { Decision, Exclusion } from "../protocol/model.ts";
import type { BalancerId } from "../protocol/spec.ts";

/** One endpoint as balancers see it. `inFlight` lives on when the algorithm is changed. */
export interface Member {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** At least 1. */
  readonly weight: number;
  /** Why it must not be picked; undefined: it may be. */
  readonly excluded: Exclusion | undefined;
  /** Attempts under way at it. Counted by the view, read by balancers. */
  readonly load: { inFlight: number };
}

/** What a balancer may know of the attempt. */
export interface PickRequest {
  /** Instances that this call has tried; picked again only when nobody else is eligible. */
  readonly tried: ReadonlySet<string>;
}

/** A pick; `decision` is absent when none was asked for. */
export interface Pick {
  readonly member: Member | undefined;
  readonly decision: Decision | undefined;
}

/**
 * Chooses among the members of one service. Used from one thread; must not throw.
 * `update` is the slow path: membership, weight or eligibility changed. `pick` is the fast one.
 */
export interface Balancer {
  /** The members from now on, always in the order of their ids' ordinals. */
  update(members: readonly Member[]): void;
  /** Chooses a member that is not excluded; with `record` also says why. */
  pick(request: PickRequest, record: boolean): Pick;
  /** An attempt that this balancer picked has ended. */
  ended?(member: Member, result: { readonly ok: boolean; readonly ms: number }): void;
}

/** One algorithm; an entry of `balancing/index.ts`. */
export interface BalancerKind {
  readonly id: BalancerId;
  readonly title: string;
  /** One paragraph for the inspector: what it does, when it is good, whose rule it is. */
  readonly explanation: string;
  create(random: Random): Balancer;
}
