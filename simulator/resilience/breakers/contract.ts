import type { Clock } from "../../kernel/clock.ts";
import type {
  BreakerStatus,
  BreakerWindow,
  TransitionCause,
} from "../../protocol/breaker-model.ts";
import type { BreakerEngineId, BreakerSpec } from "../../protocol/spec.ts";

/*
 * A circuit breaker engine: its library's rules and nothing else. It knows no promise of a call and
 * no socket: calls ask to be admitted, and say how they ended. What is the same for all engines
 * (hands, records of transitions, waiting) is in `circuit.ts` and the breaker layer.
 */

/** What an engine says to a call that asks. */
export type Admission =
  | { readonly kind: "admitted"; readonly permit: Permit }
  | {
      readonly kind: "refused";
      readonly outcome: "short-circuit" | "rejected";
      /** The library's own text, such as `hystrix: circuit open`. */
      readonly error: string;
    }
  /** Ask again when it resolves: cockatiel's callers wait for the result of a probe. */
  | { readonly kind: "wait"; readonly until: Promise<void> };

/** How an admitted call came out. `canceled`: its caller went away. */
export type PermitEnd = "success" | "failure" | "timeout" | "canceled";

/** The right to make one call, until it is ended. */
export interface Permit {
  /** Whether its result decides on closing. */
  readonly probe: boolean;
  /** When it was given, epoch ms, where the engine knows: nobody need ask the clock again. */
  readonly at?: number;
  /** The engine's own time limit, from the admission on; absent: none. */
  readonly limit?: {
    readonly ms: number;
    /** Whether what runs is aborted then; otherwise it goes on and nobody listens. */
    readonly cancels: boolean;
    /** The library's own text, such as `hystrix: timeout`. */
    readonly error: string;
  };
  /** Resolves when the call may run: it waits for a thread meanwhile. Absent: at once. */
  readonly turn?: Promise<void>;
  /** The result as the caller got it. Called exactly once. */
  ended(end: PermitEnd): void;
  /** What ran is really over, also after a timeout. Called exactly once, after `ended`. */
  finished(): void;
}

/** What an engine is given. */
export interface EngineDeps {
  readonly clock: Clock;
  /** Of the command, for the library's texts. */
  readonly name?: string | undefined;
  /** Called after every change of `status`, with the window as it was before the change. */
  changed(change: EngineChange): void;
  /**
   * Called for every call that enters the engine's window, while the call is admitted or refused,
   * ended or finished: its window always holds the newest of these. Before `changed` when the
   * window of the change holds the call already, after it otherwise.
   */
  counted(error: boolean, at?: number): void;
}

export interface EngineChange {
  readonly from: BreakerStatus;
  readonly to: BreakerStatus;
  readonly cause: TransitionCause;
  readonly window: BreakerWindow;
}

/** A fallback's place; Netflix Hystrix limits how many run at the same time. */
export interface FallbackPermit {
  ended(succeeded: boolean): void;
}

/** One breaker as its library would have it. All by the given clock. */
export interface Engine {
  /**
   * `forced-open` and `held-closed` while forced. Reading it changes nothing, also where the
   * library's own question would (hystrix-go's `IsOpen`).
   */
  readonly status: BreakerStatus;
  /** When a probe may pass, epoch ms; undefined when it is not open. */
  readonly probeAt: number | undefined;
  /** When it opens, in one sentence. */
  readonly rule: string;
  admit(): Admission;
  /** Its window now. */
  window(): BreakerWindow;
  /** The library's forced states; undefined gives it back to its own rules. */
  force(mode: "open" | "closed" | undefined): void;
  /** Half-open now: not forced, and the next call is the one probe. */
  probe(): void;
  /** Not forced, closed, with an empty window. */
  reset(): void;
  /**
   * Asks whether the fallback may run, and counts it; undefined: the library refuses, or has it
   * switched off. Absent: the library has no fallbacks of its own.
   */
  fallback?(): FallbackPermit | undefined;
  /**
   * The library's text when a fallback fails, too, or was not let run. Absent: as any error.
   * @param fallback the fallback's error; undefined when it was not let run
   * @param run the error that made it necessary
   */
  fallbackError?(fallback: string | undefined, run: string): string;
  /** The library's counters, as its stream of metrics shows them; absent: it has no stream. */
  metrics?(): HystrixMetrics;
  /** Gives back timers and promises; nothing is admitted afterwards. */
  close(): void;
}

/** What the stream of a Hystrix library says of a command and its pool. Latencies in ms. */
export interface HystrixMetrics {
  readonly isOpen: boolean;
  readonly requestCount: number;
  readonly errorCount: number;
  readonly errorPercentage: number;
  /** By the stream's names without `rollingCount`: `Success`, `ShortCircuited`, … */
  readonly rollingCounts: Readonly<Record<string, number>>;
  readonly concurrent: number;
  readonly rollingMaxConcurrent: number;
  /** By the stream's keys: `0`, `25`, …, `99.5`, `100`, and `mean`. */
  readonly latencyExecute: Readonly<Record<string, number>>;
  readonly latencyTotal: Readonly<Record<string, number>>;
  readonly pool: {
    readonly active: number;
    readonly rollingMaxActive: number;
    readonly rollingExecuted: number;
    readonly rollingRejected: number;
    readonly completed: number;
    readonly size: number;
    readonly largest: number;
    readonly queued: number;
  };
}

/** One engine; an entry of `breakers/index.ts`. */
export interface BreakerEngine<S extends BreakerSpec = BreakerSpec> {
  readonly id: BreakerEngineId;
  readonly title: string;
  create(spec: S, deps: EngineDeps): Engine;
}
