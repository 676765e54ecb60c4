import type { IPolicy } from "cockatiel";
import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { BreakerState } from "../../protocol/model.ts";
import type { WindowBar } from "../../protocol/requests.ts";
import type { BreakerEngineId, BreakerSpec } from "../../protocol/spec.ts";

/**
 * A breaker in front of one service. Its `policy` composes with cockatiel's `wrap`; what it refuses
 * it rejects with cockatiel's BrokenCircuitError or IsolatedCircuitError.
 */
export interface Breaker {
  readonly policy: IPolicy;
  readonly state: BreakerState;
  /** Open until reset. */
  trip(): void;
  /** Everything passes until reset, whatever fails. */
  holdClosed(): void;
  /** Closed, with an empty window. */
  reset(): void;
  /** Its window, oldest first. */
  window(): WindowBar[];
  /** When it opens, in one sentence. */
  readonly rule: string;
}

/** What a breaker is given. */
export interface BreakerDeps {
  readonly clock: Clock;
  /** Whether a result counts as a failure. */
  failed(result: AttemptResult): boolean;
  /** Called after every change of state. */
  changed(state: BreakerState): void;
}

/** One engine; an entry of `breakers/index.ts`. */
export interface BreakerEngine<S extends BreakerSpec = BreakerSpec> {
  readonly id: BreakerEngineId;
  readonly title: string;
  create(spec: S, deps: BreakerDeps): Breaker;
}
