import type { AttemptResult } from "../../call/contract.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import type { HedgeSpec } from "../../protocol/spec.ts";
import { formatDuration } from "../../protocol/units.ts";
import type { Bounds, GuardedCall, Layer, Next, Try } from "../contract.ts";
import type { LayerKind } from "./contract.ts";
import { Passes } from "./passes.ts";
import { Race } from "./race.ts";

/** Starts another try when the first is slow; the first good answer counts. */
class HedgeLayer implements Layer {
  readonly id = "hedge";
  readonly #spec: HedgeSpec;
  readonly #clock: Clock;
  readonly #passes = new Passes();
  readonly #counts = { hedges: 0, won: 0 };

  constructor(spec: HedgeSpec, clock: Clock) {
    this.#spec = spec;
    this.#clock = clock;
  }

  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    const race = new Race(this.#spec, this.#clock, this.#counts, { call, bounds, next });
    return race.run(tried).then(this.#passes.leave, this.#passes.broke);
  }

  picture(): LayerPicture {
    const { after, attempts } = this.#spec;
    return {
      id: this.id,
      title: "Hedge",
      settings: `${attempts} attempts, another after ${formatDuration(after)}`,
      ...this.#passes.picture(),
      figures: [
        { name: "hedges", value: this.#counts.hedges },
        { name: "won by hedges", value: this.#counts.won },
      ],
    };
  }
}

export const hedge: LayerKind = {
  id: "hedge",
  settings: (spec) => spec.hedge,
  create: (spec, { clock }) => spec.hedge && new HedgeLayer(spec.hedge, clock),
};
