import type { AttemptResult } from "../../simulator/call/contract.ts";
import { systemClock, type Clock } from "../../simulator/kernel/clock.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import type { BreakerState } from "../../simulator/protocol/model.ts";
import type {
  AttemptAsk,
  AttemptProgress,
  GuardedCall,
} from "../../simulator/resilience/contract.ts";
import { ServiceGuard } from "../../simulator/resilience/guard.ts";

/** The clock that vitest's fake timers move. */
export const fakeClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => systemClock.after(ms, run),
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
export function guardOf(file: Partial<ServiceFile>): {
  guard: ServiceGuard;
  states: BreakerState[];
} {
  const states: BreakerState[] = [];
  const spec = ServiceSpec.parse({ synthetic: {}, ...file });
  const guard = new ServiceGuard(spec, {
    clock: fakeClock,
    changed: (state) => states.push(state),
  });
  return { guard, states };
}

/** What one attempt does: a result, or something that takes time. */
export type Script =
  AttemptResult | ((signal: AbortSignal, progress: AttemptProgress) => Promise<AttemptResult>);

/** A call whose attempts follow a script; its last entry goes on for ever. Writes down all it is told. */
export class ScriptedCall implements GuardedCall {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  readonly replayable: boolean;
  readonly method = "POST";
  readonly tries = Infinity;
  readonly told: string[] = [];
  readonly #script: readonly Script[];

  constructor(
    script: readonly Script[],
    options: { signal?: AbortSignal; idempotent?: boolean; replayable?: boolean } = {},
  ) {
    this.#script = script;
    this.signal = options.signal ?? new AbortController().signal;
    this.idempotent = options.idempotent ?? false;
    this.replayable = options.replayable ?? true;
  }

  async attempt(ask: AttemptAsk, signal: AbortSignal): Promise<AttemptResult> {
    const { number, progress } = ask;
    this.told.push(`attempt ${String(number)}`);
    const step = this.#script[number - 1] ?? this.#script.at(-1) ?? success;
    if (typeof step !== "function") return step;
    return ask.limited(signal, (limited) => step(limited, progress));
  }

  ended(number: number, result: AttemptResult): void {
    this.told.push(`ended ${String(number)} ${result.outcome}`);
  }

  retrying(number: number, backoffMs: number): void {
    this.told.push(`retrying ${String(number)} after ${String(Math.round(backoffMs))}`);
  }

  fallback(because: AttemptResult): Promise<AttemptResult> {
    this.told.push(`fallback because ${because.outcome}`);
    return Promise.resolve({ outcome: "success", sent: false });
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
