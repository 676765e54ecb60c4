import type { LoadShape } from "../protocol/model.ts";
import type { Generator, GeneratorDeps, LoadKind } from "./contract.ts";

type Open = Extract<LoadShape, { kind: "open" }>;

/** Arrivals that are later than this are given up: the machine slept. */
const CATCH_UP_MS = 1000;
/** Timers cannot wait longer than about 24 days; a load this rare looks again after a day. */
const LONGEST_WAIT_MS = 86_400_000;

/** Calls start at a rate, whatever the answers do. */
class OpenLoop implements Generator<Open> {
  readonly #deps: GeneratorDeps;
  #shape: Open;
  #nextAt: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(shape: Open, deps: GeneratorDeps) {
    this.#shape = shape;
    this.#deps = deps;
    this.#nextAt = deps.clock.now();
    deps.scope.add(() => clearTimeout(this.#timer));
    this.#run();
  }

  adjust(shape: Open): void {
    this.#shape = shape;
    clearTimeout(this.#timer);
    this.#nextAt = this.#deps.clock.now() + this.#gap();
    this.#run();
  }

  #run(): void {
    if (this.#deps.scope.ended) return;
    const now = this.#deps.clock.now();
    if (now - this.#nextAt > CATCH_UP_MS) this.#nextAt = now;
    while (this.#nextAt <= now) {
      void this.#deps.fire();
      this.#nextAt += this.#gap();
    }
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1, this.#nextAt - now));
    this.#timer = setTimeout(() => this.#run(), waitMs);
  }

  /** Milliseconds to the next arrival; exponentially distributed ones make a Poisson process. */
  #gap(): number {
    const mean = 1000 / this.#shape.perSecond;
    if (this.#shape.arrivals === "constant") return mean;
    return -Math.log(1 - this.#deps.random.next()) * mean;
  }
}

export const openLoop: LoadKind<Open> = {
  id: "open",
  label: "Open loop",
  start: (shape, deps) => new OpenLoop(shape, deps),
};
