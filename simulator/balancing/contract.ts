import type { DataPlane } from "../dataplane/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { BalancerPicture } from "../protocol/balancer-model.ts";
import type { AttemptOutcome, Decision, Exclusion } from "../protocol/model.ts";
import type { BalancerId, BalancerSpec, Server } from "../protocol/spec.ts";

/** One endpoint as balancers see it. `load` lives on when the algorithm is changed. */
export interface Member {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Its place in the service, from 0. */
  readonly slot?: number;
  /** The weight that it has now: as configured, or as set since. 0 gets nothing new. */
  readonly weight: number;
  /** Why it must not be picked, whatever the algorithm thinks; undefined: it may be. */
  readonly excluded: Exclusion | undefined;
  /** Attempts under way at it. Counted by the view, read by balancers. */
  readonly load: { inFlight: number };
  /** What the configuration says of it. */
  readonly server: Server;
}

/** What a balancer may look at in a call. */
export interface CallSubject {
  /** The caller's IP address. */
  readonly client: string;
  readonly method: string;
  /** Path and query as they stand on the request line. */
  readonly uri: string;
  /** The value of a header, by its name in lower case; several are joined with ", ". */
  header(name: string): string | undefined;
}

/** How the picks of one call begin. */
export interface Beginning {
  /** Instances that the call has tried already, by another balancer. */
  readonly tried: ReadonlySet<string>;
  /**
   * Whether an instance may be picked again when nobody else is left: the rules of the retry
   * count the attempts then, not the balancer.
   */
  readonly reuse: boolean;
  /** Whether it may leave the queue of an instance that goes away: `option redispatch`. */
  readonly redispatch?: boolean | undefined;
}

/** How one attempt is asked for. */
export interface PickAsk {
  /** Whether to say why. */
  readonly record: boolean;
  /** The same instance as before, if it can be: HAProxy's retry without redispatch. */
  readonly stay?: boolean;
  /** The instance that the program has sent it to; only for selections with `via`. */
  readonly arrived?: string;
}

/** A pick; `decision` is absent when none was asked for. */
export interface Pick {
  readonly member: Member | undefined;
  readonly decision: Decision | undefined;
  /** Where the attempt waits instead; `member` is undefined then. */
  readonly place?: QueuePlace;
}

/** A place in a balancer's queue. */
export interface QueuePlace {
  /** Attempts before it. */
  readonly ahead: number;
  /** The instance that it waits for; undefined: for any. */
  readonly instance: string | undefined;
  /**
   * Takes the pick when a connection is free; undefined when the balancer was replaced and asks
   * for a new pick. Called at most once, never from within `pick`, `onTurn` or `leave`.
   */
  onTurn(take: (pick: Pick | undefined) => void): void;
  /** Gives the place up. */
  leave(): void;
}

/** How an attempt came out, as far as it concerns a balancer. */
export interface AttemptEnd {
  readonly outcome: AttemptOutcome;
  /** The instance's HTTP status, if it answered. */
  readonly status?: number | undefined;
  /** Whether the request went out: false when there was no connection. */
  readonly sent: boolean;
  /** From the pick to the end, in ms. */
  readonly ms: number;
  /** Whether the call goes on to another attempt because of it. */
  readonly again: boolean;
  /** Whether that attempt goes to the same instance: HAProxy keeps the connection's place. */
  readonly stay?: boolean;
}

/** What HAProxy's `option redispatch` means for a retry at this moment. */
export interface Redispatch {
  /** Whether it goes elsewhere whatever number it has. */
  readonly atOnce: boolean;
  /** Whether it pauses before, as a retry at the same instance does. */
  readonly pauses: boolean;
}

/** The picks of one call: what it has tried, and what its rules remember from one to the next. */
export interface Selection {
  /** Attempts that the program's rules allow the call at most (nginx's `peer.tries`). */
  readonly tries: number;
  /** The installed program that picks: attempts are made through it, and told as they arrive. */
  readonly via?: DataPlane | undefined;
  /** Chooses a member that is not excluded. */
  pick(ask: PickAsk): Pick;
  /** An attempt at a member that this selection picked has ended. Exactly once for each pick. */
  ended(member: Member, end: AttemptEnd): void;
  /**
   * What HAProxy's `option redispatch` means for a retry after the last attempt, which has failed
   * and whose end is still to be told; `sent`: whether its request went out.
   */
  redispatch?(sent: boolean): Redispatch | undefined;
  /** The call is over: no pick follows, also when an attempt was to be made again. */
  over?(): void;
}

/**
 * Chooses among the members of one service. Used from one thread; must not throw.
 * `update` is the slow path: membership, weight or eligibility changed. Picks are the fast one.
 */
export interface Balancer {
  /** The members from now on, always in the order of their ids' ordinals. */
  update(members: readonly Member[]): void;
  /** Begins the picks of one call. */
  begin(subject: CallSubject, beginning: Beginning): Selection;
  /** `member.load` changed, by whichever balancer's pick or end. */
  loadChanged?(member: Member): void;
  /** A health check has passed, whether or not that changed the instance's status. */
  checkPassed?(instance: string): void;
  /** What the inspector draws. */
  picture(): BalancerPicture;
  /** It is replaced: everyone in its queues is told. */
  retire?(): void;
}

/** What a balancer is made of. */
export interface BalancerDeps {
  readonly random: Random;
  readonly clock: Clock;
  /** An instance has failed so many calls that its health checks are to hear of it: `observe`. */
  readonly suspect?: ((instance: string, onError: Server["onError"]) => void) | undefined;
}

/** One algorithm; an entry of `balancing/index.ts`. */
export interface BalancerKind {
  readonly id: BalancerId;
  /** One paragraph for the inspector: what it does, when it is good, whose rule it is. */
  readonly explanation: string;
  create(spec: BalancerSpec, deps: BalancerDeps): Balancer;
}
