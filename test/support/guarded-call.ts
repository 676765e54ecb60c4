import type { AttemptResult, WireResponse } from "../../simulator/call/contract.ts";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import { withTimeLimit } from "../../simulator/kernel/time-limit.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import type { BreakerState } from "../../simulator/protocol/model.ts";
import { EngineCircuit } from "../../simulator/resilience/circuit.ts";
import type {
  AttemptProgress,
  Bounds,
  GuardedCall,
  Try,
} from "../../simulator/resilience/contract.ts";
import { endedBy } from "../../simulator/resilience/failed.ts";
import { ServiceGuard } from "../../simulator/resilience/guard.ts";

/** The clock that vitest's fake timers move. */
export const fakeClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

export const success: AttemptResult = { outcome: "success", sent: true, instance: "svc-1" };
export const failure: AttemptResult = {
  outcome: "failure",
  sent: true,
  instance: "svc-1",
  error: "svc-1 answered 500.",
};
/** Failed before anything was sent. */
export const unsent: AttemptResult = {
  outcome: "unavailable",
  sent: false,
  instance: "svc-1",
  error: "svc-1 refused the connection.",
};

/** A guard of a service whose settings are these, and the states its breaker went through. */
export function guardOf(
  file: Partial<ServiceFile>,
  clock: Clock = fakeClock,
): { guard: ServiceGuard; states: BreakerState[]; spec: ServiceSpec } {
  const states: BreakerState[] = [];
  const spec = ServiceSpec.parse({ synthetic: {}, ...file });
  const circuit =
    spec.breaker &&
    new EngineCircuit(spec.breaker, { clock, changed: (state) => states.push(state) });
  return { guard: new ServiceGuard(spec, { clock, circuit }), states, spec };
}

/** What one attempt does: a result, or something that takes time. */
export type Script =
  AttemptResult | ((signal: AbortSignal, progress: AttemptProgress) => Promise<AttemptResult>);

/** One try of a scripted call. */
interface ScriptedTry extends Try {
  committed: boolean;
  number: number;
  ended: boolean;
}

export interface ScriptedOptions {
  readonly signal?: AbortSignal;
  readonly idempotent?: boolean;
  readonly replayable?: boolean;
  readonly deadline?: number;
  readonly identity?: string;
  /** What the fallback answers; absent: a success. */
  readonly fallback?: AttemptResult;
}

/** Waits for a place at an instance: nothing is sent until then. */
export function queued(ms: number, sentAfter: number): Exclude<Script, AttemptResult> {
  return (signal, progress) =>
    new Promise((resolve, reject) => {
      const timers = [
        setTimeout(() => (progress.sent = true), sentAfter),
        setTimeout(() => resolve(success), ms),
      ];
      signal.addEventListener("abort", () => {
        timers.forEach(clearTimeout);
        reject(signal.reason as Error);
      });
    });
}

/** A call whose attempts follow a script; its last entry goes on for ever. Writes down all it is told. */
export class ScriptedCall implements GuardedCall {
  readonly id = "00000000000000aa";
  readonly cancellation: Cancellation;
  readonly deadline: number | undefined;
  readonly idempotent: boolean;
  readonly replayable: boolean;
  readonly method = "POST";
  readonly tries = Infinity;
  readonly told: string[] = [];
  /** The bounds of each attempt. */
  readonly bounds: Bounds[] = [];
  readonly #script: readonly Script[];
  readonly #options: ScriptedOptions;
  #newest = 0;
  #made = 0;
  #ended = 0;

  constructor(script: readonly Script[], options: ScriptedOptions = {}) {
    this.#script = script;
    this.#options = options;
    this.cancellation = Cancellation.of(options.signal ?? new AbortController().signal);
    this.deadline = options.deadline;
    this.idempotent = options.idempotent ?? false;
    this.replayable = options.replayable ?? true;
  }

  identity(): string | undefined {
    return this.#options.identity;
  }

  open({ stay = false, hedge = false } = {}): ScriptedTry {
    const progress = { sent: false };
    return { stay, hedge, progress, committed: false, number: 0, ended: false };
  }

  async attempt(tried: ScriptedTry, bounds: Bounds): Promise<AttemptResult> {
    this.bounds.push(bounds);
    tried.number = ++this.#newest;
    this.told.push(`attempt ${String(tried.number)}`);
    const step = this.#script[this.#made++] ?? this.#script.at(-1) ?? success;
    if (typeof step !== "function") return step;
    const { cancellation, attemptMs } = bounds;
    const { progress } = tried;
    const run = async (within: Cancellation) => {
      const running = step(within.signal, progress);
      tried.committed = progress.sent;
      if (tried.committed) tried.whenCommitted?.();
      return running;
    };
    const late = () => endedBy("timeout", progress, `No answer within ${String(attemptMs)}ms.`);
    try {
      if (attemptMs === undefined) return await run(cancellation);
      return await withTimeLimit(fakeClock, attemptMs, cancellation, run, late);
    } catch (error) {
      if (!cancellation.reason) throw error;
      return endedBy("canceled", progress, cancellation.reason.message);
    }
  }

  ended(tried: ScriptedTry, result: AttemptResult): void {
    if (tried.ended) return;
    tried.ended = true;
    const number = tried.number || ++this.#newest;
    this.#ended = number;
    this.told.push(`ended ${String(number)} ${result.outcome}`);
  }

  retrying(backoffMs: number): void {
    this.told.push(`retrying ${String(this.#ended)} after ${String(Math.round(backoffMs))}`);
  }

  fallback(
    because: AttemptResult,
    _bounds: Bounds,
    lastGood?: WireResponse,
  ): Promise<AttemptResult> {
    this.told.push(`fallback because ${because.outcome}`);
    const answer = lastGood && { response: lastGood };
    const result = this.#options.fallback ?? { outcome: "success", sent: false, ...answer };
    return Promise.resolve({ ...result, fallback: true });
  }
}

/** Takes this long, unless it is given up; then rejects as the wire does. */
export function taking(ms: number, result: AttemptResult): Script {
  return (signal, progress) => {
    progress.instance = "svc-1";
    progress.sent = true;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => resolve(result), ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    });
  };
}
