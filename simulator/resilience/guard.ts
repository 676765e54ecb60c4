import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  fallback,
  handleWhenResult,
  noop,
  TaskCancelledError,
  timeout,
  TimeoutStrategy,
  wrap,
  type IPolicy,
} from "cockatiel";
import type { AttemptResult } from "../call/contract.ts";
import { messageOf } from "../kernel/errors.ts";
import { pause } from "../kernel/pause.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import { formatDuration } from "../protocol/units.ts";
import type { Breaker, BreakerDeps } from "./breakers/contract.ts";
import { createBreaker } from "./breakers/index.ts";
import type { AttemptProgress, Guard, GuardedCall } from "./contract.ts";
import { isRetryable, retryPolicy, type RetriedResult } from "./retry.ts";

/** Outcomes for which a fallback answers, and which a breaker counts. */
export function hasFailed(result: AttemptResult): boolean {
  return result.outcome !== "success" && result.outcome !== "canceled";
}

/** A result on its way through the retry layer. */
interface Tried extends RetriedResult {
  readonly result: AttemptResult;
}

/**
 * cockatiel's policies around the attempts at one service, built once and used by all its calls.
 * The inner ones throw what they refuse; `#settle` turns that into results before retry and
 * fallback look at it.
 */
export class ServiceGuard implements Guard {
  readonly breaker: Breaker | undefined;
  readonly breakerTitle: string | undefined;
  readonly #spec: ServiceSpec;
  readonly #inner: IPolicy;
  readonly #retry: IPolicy<{ attempt: number; signal: AbortSignal }> | undefined;

  constructor(spec: ServiceSpec, deps: Omit<BreakerDeps, "failed">) {
    this.#spec = spec;
    const made = spec.breaker && createBreaker(spec.breaker, { ...deps, failed: hasFailed });
    this.breaker = made?.breaker;
    this.breakerTitle = made?.title;
    this.#inner = wrap(
      this.breaker?.policy ?? noop,
      spec.bulkhead ? bulkhead(spec.bulkhead.concurrent, spec.bulkhead.queue) : noop,
      // The signal lives on after the head of an answer: its body may still be on its way.
      timeout(spec.timeout, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
    );
    this.#retry = spec.retry && retryPolicy(spec.retry);
  }

  async run(call: GuardedCall): Promise<AttemptResult> {
    if (!this.#spec.fallback) return (await this.#retried(call)).result;
    let last: AttemptResult | undefined;
    const otherwise = fallback(
      handleWhenResult((result) => hasFailed((last = result as AttemptResult))),
      () => call.fallback(last ?? { outcome: "unavailable", sent: false }),
    );
    return otherwise.execute(async () => (await this.#retried(call)).result, call.signal);
  }

  #retried(call: GuardedCall): Promise<Tried> {
    if (!this.#retry) return this.#settle(call, 1, call.signal);
    let backoffMs = 0;
    return this.#retry.execute(async ({ attempt, signal }) => {
      if (attempt > 0) {
        try {
          await pause(backoffMs, signal);
        } catch {
          return { result: canceled(call, { sent: false }), retryable: false, pausing: () => 0 };
        }
      }
      const tried = await this.#settle(call, attempt + 1, signal);
      return {
        ...tried,
        pausing: (ms) => {
          backoffMs = ms;
          tried.pausing(ms);
        },
      };
    }, call.signal);
  }

  async #settle(call: GuardedCall, number: number, signal: AbortSignal): Promise<Tried> {
    const progress: AttemptProgress = { sent: false };
    const result = await this.#attempt(call, number, signal, progress);
    call.ended(number, result);
    const { retry } = this.#spec;
    return {
      result,
      retryable: !!retry && call.replayable && isRetryable(retry, result, call.idempotent),
      pausing: (backoffMs) => {
        result.response?.discard();
        call.retrying(number, backoffMs);
      },
    };
  }

  async #attempt(
    call: GuardedCall,
    number: number,
    signal: AbortSignal,
    progress: AttemptProgress,
  ): Promise<AttemptResult> {
    let limited: AbortSignal | undefined;
    try {
      return await this.#inner.execute((context) => {
        limited = context.signal;
        return call.attempt(number, context.signal, progress);
      }, signal);
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
      if (error instanceof TaskCancelledError || limited?.aborted) {
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
