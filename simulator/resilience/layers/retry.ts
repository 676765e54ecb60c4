import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import { pauseUnless } from "../../kernel/pause.ts";
import { withTimeLimit } from "../../kernel/time-limit.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import type { RetrySpec } from "../../protocol/spec.ts";
import { formatDuration } from "../../protocol/units.ts";
import { narrowed } from "../bounds.ts";
import type { RetryBudget } from "../budgets/contract.ts";
import { createBudget } from "../budgets/index.ts";
import type { Bounds, GuardedCall, Layer, Next, Try } from "../contract.ts";
import { endedBy } from "../failed.ts";
import type { RetryRules, RetryStep } from "../retry-rules/contract.ts";
import { retryRules } from "../retry-rules/index.ts";
import type { LayerKind } from "./contract.ts";
import { Passes } from "./passes.ts";

const UNSENT = "It was not sent before its time limit, and another attempt follows.";

/** Tries again by the service's rules, as long as its budget and the caller's time allow. */
class RetryLayer implements Layer {
  readonly id = "retry";
  readonly #rules: RetryRules;
  readonly #clock: Clock;
  readonly #budget: RetryBudget | undefined;
  readonly #perTryMs: number | undefined;
  readonly #passes = new Passes();
  readonly #settings: string;
  #retries = 0;
  #overBudget = 0;

  constructor(spec: RetrySpec, clock: Clock) {
    this.#rules = retryRules(spec);
    this.#clock = clock;
    if (spec.rules === "fuseboard") {
      this.#budget = spec.budget && createBudget(spec.budget, clock);
      this.#perTryMs = spec.perTryTimeout;
    }
    this.#settings = settingsOf(spec, this.#budget);
  }

  async run(call: GuardedCall, first: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    this.#budget?.began();
    try {
      return this.#passes.leave(await this.#tries(call, first, bounds, next));
    } catch (error) {
      return this.#passes.broke(error);
    }
  }

  picture(): LayerPicture {
    const refused = { name: "over budget", value: this.#overBudget };
    const balance = { name: "budget", value: this.#budget?.balance ?? 0 };
    return {
      id: this.id,
      title: "Retry",
      settings: this.#settings,
      ...this.#passes.picture(),
      figures: [
        { name: "retries", value: this.#retries },
        ...(this.#budget ? [refused, balance] : []),
      ],
    };
  }

  async #tries(call: GuardedCall, first: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    const { cancellation } = bounds;
    const budget = this.#budget;
    const beganAt = this.#clock.now();
    const retries = this.#rules.begin(call);
    let tried = first;
    for (let isRetry = false; ; isRetry = true) {
      budget?.opened();
      let result: AttemptResult;
      let step: RetryStep | undefined;
      // What a try runs may outlive it: that of a Hystrix command that is not interrupted.
      const own = cancellation.child();
      try {
        result = await this.#try(call, tried, { ...bounds, cancellation: own }, next);
        step = this.#after(result, retries.after(result, this.#clock.now() - beganAt), bounds);
      } finally {
        if (isRetry) budget?.returned();
      }
      if (step && budget && !budget.grant()) {
        this.#overBudget++;
        step = undefined;
        result = { ...result, error: `${result.error ?? ""} The retry budget is empty.`.trim() };
      }
      budget?.closed();
      call.ended(tried, result, step !== undefined, step?.stay ?? false);
      if (!step) return result;
      result.response?.discard();
      // Only one of them may reach an instance: what goes on without being sent never is.
      if (!call.idempotent && !tried.committed) own.cancel(new Error(UNSENT));
      this.#retries++;
      call.retrying(step.pauseMs);
      if (step.pauseMs > 0) await pauseUnless(this.#clock, step.pauseMs, cancellation);
      if (cancellation.reason) {
        budget?.returned();
        return endedBy("canceled", { sent: false }, cancellation.reason.message);
      }
      tried = call.open({ stay: step.stay });
    }
  }

  /** Nobody waits for what would begin after the end. */
  #after(
    result: AttemptResult,
    step: RetryStep | undefined,
    { cancellation, deadline }: Bounds,
  ): RetryStep | undefined {
    if (!step || result.outcome === "canceled" || cancellation.reason) return undefined;
    if (deadline === undefined) return step;
    return this.#clock.now() + step.pauseMs < deadline ? step : undefined;
  }

  #try(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    const ms = this.#perTryMs;
    if (ms === undefined) return next(call, tried, bounds);
    return withTimeLimit(
      this.#clock,
      ms,
      bounds.cancellation,
      (within) => next(call, tried, narrowed(bounds, within, this.#clock.now() + ms)),
      () =>
        endedBy("timeout", tried.progress, `No answer to this try within ${formatDuration(ms)}.`),
    );
  }
}

function settingsOf(spec: RetrySpec, budget: RetryBudget | undefined): string {
  if (spec.rules === "nginx") return "nginx's proxy_next_upstream";
  if (spec.rules === "haproxy") return `HAProxy's rules, ${spec.retries} retries`;
  const perTry =
    spec.perTryTimeout === undefined ? [] : [`${formatDuration(spec.perTryTimeout)} per try`];
  return [`${spec.attempts} attempts`, ...perTry, ...(budget ? [budget.text] : [])].join(", ");
}

export const retry: LayerKind = {
  id: "retry",
  settings: (spec) => spec.retry,
  create: (spec, { clock }) => spec.retry && new RetryLayer(spec.retry, clock),
};
