import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import type { FallbackSpec } from "../../protocol/spec.ts";
import { formatDuration } from "../../protocol/units.ts";
import type { Bounds, GuardedCall, Layer, Next, Try } from "../contract.ts";
import { hasFailed } from "../failed.ts";
import type { LayerDeps, LayerKind } from "./contract.ts";
import { LastGoodAnswers } from "./last-good-answers.ts";
import { Passes } from "./passes.ts";

/** Answers otherwise when everything within has failed. */
class FallbackLayer implements Layer {
  readonly id = "fallback";
  readonly #spec: FallbackSpec;
  readonly #clock: Clock;
  readonly #circuit: LayerDeps["circuitNow"];
  readonly #answers: LastGoodAnswers | undefined;
  readonly #passes = new Passes();
  #used = 0;
  #failed = 0;
  #rejected = 0;

  constructor(spec: FallbackSpec, { clock, circuitNow }: LayerDeps) {
    this.#spec = spec;
    this.#clock = clock;
    this.#circuit = circuitNow;
    if ("lastGood" in spec) {
      this.#answers = new LastGoodAnswers(spec.lastGood === true ? Infinity : spec.lastGood);
    }
  }

  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    return next(call, tried, bounds)
      .then((result) => {
        if (!hasFailed(result)) {
          if (this.#answers) this.#keep(this.#answers, call, result);
          return result;
        }
        call.ended(tried, result, false, false);
        return bounds.cancellation.reason ? result : this.#instead(call, bounds, result);
      })
      .then(this.#passes.leave, this.#passes.broke);
  }

  picture(): LayerPicture {
    const kept = { name: "answers kept", value: this.#answers?.size ?? 0 };
    return {
      id: this.id,
      title: "Fallback",
      settings: settingsOf(this.#spec),
      ...this.#passes.picture(),
      figures: [
        { name: "used", value: this.#used },
        { name: "failed", value: this.#failed },
        { name: "rejected", value: this.#rejected },
        ...(this.#answers ? [kept] : []),
      ],
    };
  }

  #keep(answers: LastGoodAnswers, call: GuardedCall, { response, fallback }: AttemptResult): void {
    if (!response || fallback || response.status >= 400) return;
    const identity = call.identity();
    if (identity !== undefined) answers.keep(identity, response, this.#clock.now());
  }

  async #instead(
    call: GuardedCall,
    bounds: Bounds,
    because: AttemptResult,
  ): Promise<AttemptResult> {
    let lastGood;
    if (this.#answers) {
      const identity = call.identity();
      const now = this.#clock.now();
      lastGood = identity === undefined ? undefined : this.#answers.find(identity, now);
      if (!lastGood) return because;
    }
    const circuit = this.#circuit();
    const permit = circuit?.fallback();
    const run = because.refusal ?? because.error ?? because.outcome;
    if (circuit && !permit) {
      this.#rejected++;
      return { ...because, error: circuit.fallbackError(undefined, run) };
    }
    let result: AttemptResult | undefined;
    try {
      result = await call.fallback(because, bounds, lastGood);
    } finally {
      permit?.ended(result?.outcome === "success");
    }
    if (!result) return because;
    this.#used++;
    if (result.outcome === "success" || result.outcome === "canceled") return result;
    this.#failed++;
    const own = result.error ?? result.outcome;
    return { ...result, error: circuit?.fallbackError(own, run) ?? own };
  }
}

function settingsOf(spec: FallbackSpec): string {
  if ("value" in spec) return "a value";
  if ("service" in spec) return `service ${spec.service}`;
  if ("function" in spec) return `function ${spec.function}`;
  if (spec.lastGood === true) return "the last good answer";
  return `the last good answer, at most ${formatDuration(spec.lastGood)} old`;
}

export const fallback: LayerKind = {
  id: "fallback",
  settings: (spec) => spec.fallback,
  create: (spec, deps) => spec.fallback && new FallbackLayer(spec.fallback, deps),
};
