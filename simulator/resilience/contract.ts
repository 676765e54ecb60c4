import type { AttemptResult, WireResponse } from "../call/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { BreakerState, BreakerTransition, BreakerWindow } from "../protocol/breaker-model.ts";
import type { LayerPicture } from "../protocol/layer-model.ts";
import type { LayerId } from "../protocol/spec.ts";
import type {
  Admission,
  FallbackPermit,
  HystrixMetrics,
  Permit,
  PermitEnd,
} from "./breakers/contract.ts";
import type { RetriedCall } from "./retry-rules/contract.ts";

/** What is known of an attempt while it runs; says what a timeout interrupted. */
export interface AttemptProgress {
  instance?: string;
  /** Whether the instance may have seen the request. */
  sent: boolean;
  faults?: readonly string[];
}

/**
 * One try of a call on its way down through the layers. Whoever begins the call opens the first;
 * a layer that tries again opens another one.
 */
export interface Try {
  /** At the same instance as before, if it can be. */
  readonly stay: boolean;
  /** Whether it is made beside another one. */
  readonly hedge: boolean;
  readonly progress: AttemptProgress;
  /** Whether the request may have gone out, be it only to a program that sends it on. */
  readonly committed: boolean;
  /** Called when `committed` becomes true. */
  whenCommitted?: (() => void) | undefined;
}

/** What bounds a try: each layer may only make it narrower. */
export interface Bounds {
  /** Given up when nobody waits for this try any more. */
  readonly cancellation: Cancellation;
  /** Epoch ms from which on nobody waits; undefined: no limit. Passed on to the instance. */
  readonly deadline: number | undefined;
  /**
   * Longest time at the instance, in ms, from when it was picked: the time in a balancer's queue
   * does not count. Set by the timeout layer when it is the innermost.
   */
  readonly attemptMs?: number;
}

/** One call as the layers around its attempts see it. */
export interface GuardedCall extends RetriedCall {
  /** Its id: 16 hex digits. */
  readonly id: string;
  /** Given up when the caller goes away. */
  readonly cancellation: Cancellation;
  /** When the caller gives up, epoch ms. */
  readonly deadline: number | undefined;
  /**
   * What tells a request from others that may be answered otherwise: method, path, body. Undefined
   * when its body is not kept.
   */
  identity(): string | undefined;
  /** Another try, besides the one that is under way or after it. */
  open(how?: { readonly stay?: boolean; readonly hedge?: boolean }): Try;
  /** Makes one attempt. Rejects only by a bug: every end is a result. */
  attempt(attempted: Try, bounds: Bounds): Promise<AttemptResult>;
  /**
   * A try is over, also one that a layer refused; `again`: another follows, `stay`: at the same
   * instance. Only the first end of a try counts.
   */
  ended(ended: Try, result: AttemptResult, again: boolean, stay: boolean): void;
  /** There will be another attempt after this pause, in ms. */
  retrying(backoffMs: number): void;
  /**
   * Answers otherwise; only called when the service has a fallback. Undefined: it cannot be asked,
   * as for a body that is not kept.
   * @param bounds those of the layer that asks: whoever is called instead has no longer
   * @param lastGood the answer that the fallback is, when it is the last good one
   */
  fallback(
    because: AttemptResult,
    bounds: Bounds,
    lastGood?: WireResponse,
  ): Promise<AttemptResult | undefined>;
}

/** The way on through the layers within. Never rejects but by a bug: every end is a result. */
export type Next = (call: GuardedCall, tried: Try, bounds: Bounds) => Promise<AttemptResult>;

/**
 * One layer around the attempts at a service, made once and used by all its calls. It keeps its
 * own counters.
 */
export interface Layer {
  readonly id: LayerId;
  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult>;
  /** What it has done so far. */
  picture(): LayerPicture;
}

/** The right to make one call through a circuit. */
export interface CircuitPermit extends Omit<Permit, "ended" | "limit" | "turn" | "at"> {
  readonly limit?: Permit["limit"] | undefined;
  readonly turn?: Promise<void> | undefined;
  readonly at?: number | undefined;
  /** The result as the caller got it. Called exactly once. */
  ended(end: PermitEnd, result: AttemptResult): void;
}
export type CircuitAdmission =
  | Exclude<Admission, { kind: "admitted" }>
  | { readonly kind: "admitted"; readonly permit: CircuitPermit };

/** What was forced by hand, and not by the settings. */
export interface ForcedByHand {
  readonly mode: "open" | "closed";
  /** When it is taken back by itself, epoch ms; absent: it stays until it is reset. */
  readonly until?: number;
}

/** The breaker of one service: an engine, the hands on it, and the record of what it did. */
export interface Circuit {
  /** Title of its engine. */
  readonly title: string;
  readonly state: BreakerState;
  /** What a hand forced that has not been taken back; undefined: it is on its own. */
  readonly forced: ForcedByHand | undefined;
  /** When it opens, in one sentence. */
  readonly rule: string;
  window(): BreakerWindow;
  /** The newest changes, oldest first. */
  readonly transitions: readonly BreakerTransition[];
  /** Asks for one call; the call's id goes into the record. */
  admit(call: string): CircuitAdmission;
  /** Refuses every call until reset, or for so long. */
  trip(durationMs?: number): void;
  /**
   * The library's own forced-open, by its rules until reset: hystrix-go still lets single tests
   * pass when it is really open.
   */
  forceOpen(): void;
  /** Lets every call pass until reset. */
  holdClosed(): void;
  /** Closed, on its own again, with an empty window. */
  reset(): void;
  /** Half-open now: the next call is the one probe. */
  probe(): void;
  /** As the engine's; a permit for everyone where it has none. */
  fallback(): FallbackPermit | undefined;
  /** The text of an error whose fallback failed, too, or (undefined) was not let run. */
  fallbackError(fallback: string | undefined, run: string): string;
  metrics(): HystrixMetrics | undefined;
  close(): void;
}

/** The layers around the attempts at one service, in the order of its settings. */
export interface Guard {
  readonly circuit: Circuit | undefined;
  /** Whether the rules of the retry let an instance be tried again when all have been. */
  readonly reuse: boolean;
  /** Whether the rules of the retry let a call leave the queue of an instance that goes away. */
  readonly redispatch: boolean;
  /** The HTTP status for a call that ended without an answer, where the rules name one. */
  statusOf(result: AttemptResult): number | undefined;
  /** Runs a call through all layers; never rejects but by a bug. */
  run(call: GuardedCall): Promise<AttemptResult>;
  /** The layers, outermost first. */
  picture(): LayerPicture[];
}
