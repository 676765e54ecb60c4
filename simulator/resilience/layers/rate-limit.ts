import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import type { RateLimitSpec } from "../../protocol/spec.ts";
import type { Bounds, GuardedCall, Layer, Next, Try } from "../contract.ts";
import { endedBy } from "../failed.ts";
import type { LayerKind } from "./contract.ts";
import { Passes } from "./passes.ts";

/** Sums of fractions that should make a whole token may be less by so much. */
const ROUNDING = 1e-6;

/** A token bucket: full at first, a token for each pass, filled again as time goes by. */
class RateLimitLayer implements Layer {
  readonly id = "rate-limit";
  readonly #perSecond: number;
  readonly #size: number;
  readonly #clock: Clock;
  readonly #passes = new Passes();
  #tokens: number;
  #filledAt: number;

  constructor({ perSecond, burst }: RateLimitSpec, clock: Clock) {
    this.#perSecond = perSecond;
    this.#size = burst ?? Math.max(1, perSecond);
    this.#clock = clock;
    this.#tokens = this.#size;
    this.#filledAt = clock.now();
  }

  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    this.#fill();
    if (this.#tokens < 1 - ROUNDING) return Promise.resolve(this.#refused(tried));
    this.#tokens = Math.max(0, this.#tokens - 1);
    return next(call, tried, bounds).then(this.#passes.leave, this.#passes.broke);
  }

  picture(): LayerPicture {
    this.#fill();
    return {
      id: this.id,
      title: "Rate limit",
      settings: `${this.#perSecond} per second, bursts of ${this.#size}`,
      ...this.#passes.picture(),
      figures: [{ name: "tokens", value: Math.floor(this.#tokens + ROUNDING) }],
    };
  }

  #fill(): void {
    const now = this.#clock.now();
    const came = ((now - this.#filledAt) * this.#perSecond) / 1000;
    this.#tokens = Math.min(this.#size, this.#tokens + came);
    this.#filledAt = now;
  }

  #refused({ progress }: Try): AttemptResult {
    const error = `The rate limit is reached: ${this.#perSecond} per second, bursts of ${this.#size}.`;
    return this.#passes.refuse(endedBy("rejected", progress, error));
  }
}

export const rateLimit: LayerKind = {
  id: "rate-limit",
  settings: (spec) => spec.rateLimit,
  create: (spec, { clock }) => spec.rateLimit && new RateLimitLayer(spec.rateLimit, clock),
};
