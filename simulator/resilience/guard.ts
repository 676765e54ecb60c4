import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  fallback,
  handleWhenResult,
  noop,
  wrap,
  type IPolicy,
} from "cockatiel";
import type { AttemptResult } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import { pause } from "../kernel/pause.ts";
import { TimeLimitError, withTimeLimit } from "../kernel/time-limit.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import { formatDuration } from "../protocol/units.ts";
import type { Breaker, BreakerDeps } from "./breakers/contract.ts";
import { createBreaker } from "./breakers/index.ts";
import type { AttemptAsk, AttemptProgress, Guard, GuardedCall } from "./contract.ts";
import type { RetryRules } from "./retry-rules/contract.ts";
import { retryRules } from "./retry-rules/index.ts";

/** Outcomes for which a fallback answers, and which a breaker counts. */
export function hasFailed(result: AttemptResult): boolean {
  return result.outcome !== "success" && result.outcome !== "canceled";
}

/**
 * The layers around the attempts at one service, built once and used by all its calls: breaker,
 * bulkhead and fallback are cockatiel's policies; timeout and retry run on the given clock. The
 * inner ones throw what they refuse; `#attempt` turns that into results before retry and fallback
 * look at it.
 */
export class ServiceGuard implements Guard {
  readonly breaker: Breaker | undefined;
  readonly breakerTitle: string | undefined;
  readonly #spec: ServiceSpec;
  readonly #clock: Clock;
  readonly #inner: IPolicy;
  readonly #rules: RetryRules;

  constructor(spec: ServiceSpec, deps: Omit<BreakerDeps, "failed">) {
    this.#spec = spec;
    this.#clock = deps.clock;
    const made = spec.breaker && createBreaker(spec.breaker, { ...deps, failed: hasFailed });
    this.breaker = made?.breaker;
    this.breakerTitle = made?.title;
    this.#inner = wrap(
      this.breaker?.policy ?? noop,
      spec.bulkhead ? bulkhead(spec.bulkhead.concurrent, spec.bulkhead.queue) : noop,
    );
    this.#rules = retryRules(spec.retry);
  }

  get reuse(): boolean {
    return this.#rules.reuse;
  }

  get redispatch(): boolean {
    return this.#rules.redispatch ?? false;
  }

  statusOf(result: AttemptResult): number | undefined {
    return this.#rules.statusOf?.(result);
  }

  async run(call: GuardedCall): Promise<AttemptResult> {
    if (!this.#spec.fallback) return this.#retried(call);
    let last: AttemptResult | undefined;
    const otherwise = fallback(
      handleWhenResult((result) => hasFailed((last = result as AttemptResult))),
      () => call.fallback(last ?? { outcome: "unavailable", sent: false }),
    );
    return otherwise.execute(() => this.#retried(call), call.signal);
  }

  async #retried(call: GuardedCall): Promise<AttemptResult> {
    const startedAt = this.#clock.now();
    const retries = this.#rules.begin(call);
    let stay = false;
    for (let number = 1; ; number++) {
      const result = await this.#attempt(call, number, stay);
      const given = result.outcome === "canceled";
      const step = given ? undefined : retries.after(result, this.#clock.now() - startedAt);
      call.ended(number, result, step !== undefined, step?.stay ?? false);
      if (!step) return result;
      result.response?.discard();
      call.retrying(number, step.pauseMs);
      if (step.pauseMs > 0 || call.signal.aborted) {
        try {
          await pause(this.#clock, step.pauseMs, call.signal);
        } catch {
          return canceled(call, { sent: false });
        }
      }
      ({ stay } = step);
    }
  }

  async #attempt(call: GuardedCall, number: number, stay: boolean): Promise<AttemptResult> {
    const progress: AttemptProgress = { sent: false };
    const ask: AttemptAsk = {
      number,
      stay,
      progress,
      limited: (signal, run) => withTimeLimit(this.#clock, this.#spec.timeout, signal, run),
    };
    try {
      return await this.#inner.execute(({ signal }) => call.attempt(ask, signal), call.signal);
    } catch (error) {
      if (call.signal.aborted) return canceled(call, progress);
      if (error instanceof BrokenCircuitError) {
        const reason = this.breaker?.state.reason ?? "";
        return { outcome: "short-circuit", ...progress, error: `The breaker is open. ${reason}` };
      }
      if (error instanceof BulkheadRejectedError) {
        const { concurrent = 0, queue = 0 } = this.#spec.bulkhead ?? {};
        const waiting = queue > 0 ? `, ${queue} waiting` : "";
        const full = `The bulkhead is full: ${concurrent} attempts under way${waiting}.`;
        return { outcome: "rejected", ...progress, error: full };
      }
      if (error instanceof TimeLimitError) {
        const late = `No answer within ${formatDuration(this.#spec.timeout)}.`;
        return { outcome: "timeout", ...progress, error: late };
      }
      throw error;
    }
  }
}

/** Nobody waits for the answer any more. */
function canceled({ signal }: GuardedCall, progress: AttemptProgress): AttemptResult {
  return { outcome: "canceled", ...progress, error: messageOf(signal.reason) };
}
