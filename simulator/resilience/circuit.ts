import type { AttemptResult } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  KEPT_TRANSITIONS,
  type BreakerState,
  type BreakerStatus,
  type BreakerTransition,
  type BreakerWindow,
  type TransitionCause,
  type WindowCall,
} from "../protocol/breaker-model.ts";
import type { BreakerSpec } from "../protocol/spec.ts";
import type { Engine, EngineChange, FallbackPermit, HystrixMetrics } from "./breakers/contract.ts";
import { createEngine } from "./breakers/index.ts";
import {
  FORCED_OPEN,
  HALF_OPENED,
  HELD_CLOSED,
  RESET,
  TRIPPED,
  tripOver,
  trippedFor,
  type Hand,
} from "./circuit-hand.ts";
import { RecordedPermit } from "./circuit-permit.ts";
import { reasonOf } from "./circuit-reason.ts";
import { CircuitRecord } from "./circuit-record.ts";
import type { Circuit, CircuitAdmission, ForcedByHand } from "./contract.ts";

export interface CircuitDeps {
  readonly clock: Clock;
  /** Of the service, as the library's texts have it; absent: they have none. */
  readonly name?: string;
  /** Whether a debugger holds an instance: that it fails does not count against the service. */
  readonly isDebugged?: ((instance: string) => boolean) | undefined;
  /** Called after every change of the state, also when only its times or its reason changed. */
  changed(state: BreakerState): void;
}

/** A fallback's place where the library has no limit. */
const FALLBACK: FallbackPermit = { ended: () => undefined };

/** An engine with hands on it, and the record of what it did. */
export class EngineCircuit implements Circuit {
  readonly title: string;
  readonly #spec: BreakerSpec;
  readonly #deps: CircuitDeps;
  readonly #engine: Engine;
  readonly #record: CircuitRecord;
  readonly #transitions: BreakerTransition[] = [];
  #since: number;
  #forced: ForcedByHand | undefined;
  #reason: string;
  #changes = 0;
  /** Whether what the engine tells is part of what a hand does. */
  #isByHand = false;
  #cancelTimer: (() => void) | undefined;

  constructor(spec: BreakerSpec, deps: CircuitDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#record = new CircuitRecord(deps.clock);
    const { engine, title } = createEngine(spec, {
      clock: deps.clock,
      name: deps.name,
      changed: (change) => this.#changed(change),
      counted: (error, at) => this.#record.count(error, at),
    });
    this.#engine = engine;
    this.title = title;
    this.#since = deps.clock.now();
    this.#reason =
      engine.status === "closed"
        ? "It has not opened so far."
        : reasonOf(spec, { to: engine.status, cause: "settings", window: engine.window() });
  }

  /** That of its state, for those who ask at every call. */
  get status(): BreakerStatus {
    return this.#engine.status;
  }

  get state(): BreakerState {
    const { status, probeAt } = this.#engine;
    return {
      engine: this.#spec.engine,
      status,
      since: this.#since,
      ...(probeAt !== undefined && { probeAt }),
      ...(this.#forced?.until !== undefined && { until: this.#forced.until }),
      reason: this.#reason,
      transitions: this.#changes,
    };
  }

  get forced(): ForcedByHand | undefined {
    return this.#forced;
  }

  get transitions(): readonly BreakerTransition[] {
    return this.#transitions;
  }

  get rule(): string {
    return this.#engine.rule;
  }

  window(): BreakerWindow {
    return this.#engine.window();
  }

  admit(call: string): CircuitAdmission {
    const before = this.#changes;
    this.#record.enter(call);
    const admission = this.#engine.admit();
    this.#record.leave(admission.kind === "refused" ? admission.outcome : undefined);
    if (admission.kind !== "admitted") return admission;
    const { permit } = admission;
    const isUntold = permit.probe && this.#changes === before;
    const ended = isUntold ? this.#probing() : undefined;
    const { isDebugged } = this.#deps;
    return new RecordedPermit(permit, call, this.#record, isDebugged, ended);
  }

  trip(durationMs?: number): void {
    const act = () => {
      // hystrix-go lets single tests pass through a forced circuit that is really open as well.
      if (this.#engine.status !== "closed") this.#engine.reset();
      this.#engine.force("open");
    };
    if (durationMs === undefined) {
      this.#byHand(TRIPPED, act);
      return;
    }
    const { clock } = this.#deps;
    this.#byHand(trippedFor(durationMs, clock.now()), act);
    this.#cancelTimer = clock.after(durationMs, () => {
      this.#byHand(tripOver(durationMs), () => this.#engine.reset());
    });
  }

  forceOpen(): void {
    this.#byHand(FORCED_OPEN, () => this.#engine.force("open"));
  }

  holdClosed(): void {
    this.#byHand(HELD_CLOSED, () => this.#engine.force("closed"));
  }

  reset(): void {
    this.#byHand(RESET, () => this.#engine.reset());
  }

  probe(): void {
    this.#byHand(HALF_OPENED, () => this.#engine.probe());
  }

  fallback(): FallbackPermit | undefined {
    return this.#engine.fallback ? this.#engine.fallback() : FALLBACK;
  }

  fallbackError(fallback: string | undefined, run: string): string {
    return this.#engine.fallbackError?.(fallback, run) ?? fallback ?? run;
  }

  metrics(): HystrixMetrics | undefined {
    return this.#engine.metrics?.();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#engine.close();
  }

  /**
   * A probe was let in without a change: half-open by hand, or of hystrix-go, which stays open.
   * @returns what is to be done when it has ended
   */
  #probing(): (result: AttemptResult) => void {
    const before = this.#changes;
    this.#reason = "One probe is under way, and its result decides.";
    this.#tell();
    return (result) => {
      const { status } = this.#engine;
      if (status !== "open" || this.#changes !== before) return;
      const change = { to: status, cause: "probe-failed", window: this.window() } as const;
      this.#reason = reasonOf(this.#spec, change, result);
      this.#tell();
    };
  }

  /** Does something; its state says so also when the engine was in that state already. */
  #byHand(hand: Hand, act: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    // First: to look at it may end a bucket, and so open it by its own rules.
    const window = this.#engine.window();
    const from = this.#engine.status;
    const { cause, reason } = hand;
    this.#forced = hand.forces;
    this.#reason = reason;
    this.#isByHand = true;
    act();
    this.#isByHand = false;
    const to = this.#engine.status;
    if (from === to) this.#tell();
    else this.#became({ from, to, cause, window }, reason);
  }

  #changed(change: EngineChange): void {
    if (this.#isByHand) return;
    this.#became(change, reasonOf(this.#spec, change, this.#record.result));
  }

  #became({ from, to, cause, window }: EngineChange, reason: string): void {
    const at = this.#deps.clock.now();
    const calls = this.#record.within(window);
    const call = this.#callOf(cause, calls);
    this.#changes++;
    this.#since = at;
    this.#reason = reason;
    const engine = this.#spec.engine;
    const id = this.#changes;
    const transition = { id, at, engine, from, to, cause, reason, window, calls };
    this.#transitions.push(call === undefined ? transition : { ...transition, call });
    if (this.#transitions.length > KEPT_TRANSITIONS) this.#transitions.shift();
    this.#tell();
  }

  /** The call that made it change; one that only asks finds what an earlier one has done. */
  #callOf(cause: TransitionCause, calls: readonly WindowCall[]): string | undefined {
    if (cause === "threshold" && !this.#record.result) {
      return calls.findLast(({ error }) => error)?.call;
    }
    return this.#record.call;
  }

  #tell(): void {
    this.#deps.changed(this.state);
  }
}
