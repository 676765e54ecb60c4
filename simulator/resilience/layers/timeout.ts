import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import { withTimeLimit } from "../../kernel/time-limit.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import { formatDuration } from "../../protocol/units.ts";
import { narrowed } from "../bounds.ts";
import type { Bounds, GuardedCall, Layer, Next, Try } from "../contract.ts";
import { endedBy } from "../failed.ts";
import type { LayerKind } from "./contract.ts";
import { Passes } from "./passes.ts";

/**
 * Limits the time of a pass. As the innermost layer it limits the time at the instance alone: the
 * wait in a balancer's queue does not count.
 */
class TimeoutLayer implements Layer {
  readonly id = "timeout";
  readonly #ms: number;
  readonly #clock: Clock;
  readonly #innermost: boolean;
  readonly #passes = new Passes();
  #late = 0;

  constructor(ms: number, clock: Clock, innermost: boolean) {
    this.#ms = ms;
    this.#clock = clock;
    this.#innermost = innermost;
  }

  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    return this.#limited(call, tried, bounds, next).then(this.#leave, this.#passes.broke);
  }

  picture(): LayerPicture {
    return {
      id: this.id,
      title: "Timeout",
      settings: formatDuration(this.#ms),
      ...this.#passes.picture(),
      figures: [{ name: "timeouts", value: this.#late }],
    };
  }

  #limited(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    const { cancellation, deadline } = bounds;
    if (this.#innermost) {
      return next(call, tried, { cancellation, deadline, attemptMs: this.#ms });
    }
    return withTimeLimit(
      this.#clock,
      this.#ms,
      cancellation,
      (within) => next(call, tried, narrowed(bounds, within, this.#clock.now() + this.#ms)),
      () => endedBy("timeout", tried.progress, `No answer within ${formatDuration(this.#ms)}.`),
    );
  }

  readonly #leave = (result: AttemptResult): AttemptResult => {
    if (result.outcome === "timeout") this.#late++;
    return this.#passes.leave(result);
  };
}

export const timeout: LayerKind = {
  id: "timeout",
  settings: (spec) => spec.timeout,
  byPlace: true,
  create: ({ timeout: ms }, { clock, innermost }) => new TimeoutLayer(ms, clock, innermost),
};
