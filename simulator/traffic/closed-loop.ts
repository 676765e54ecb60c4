import { pause } from "../kernel/pause.ts";
import type { LoadShape } from "../protocol/model.ts";
import type { Generator, GeneratorDeps, LoadKind } from "./contract.ts";

type Closed = Extract<LoadShape, { kind: "closed" }>;

/** n callers; each waits for its answer, pauses, and calls again. */
class ClosedLoop implements Generator<Closed> {
  readonly #deps: GeneratorDeps;
  #shape: Closed;
  #running = 0;

  constructor(shape: Closed, deps: GeneratorDeps) {
    this.#shape = shape;
    this.#deps = deps;
    this.adjust(shape);
  }

  adjust(shape: Closed): void {
    this.#shape = shape;
    while (this.#running < shape.callers) {
      this.#running++;
      void this.#caller(this.#running);
    }
  }

  /** Goes on as long as its number is wanted. */
  async #caller(number: number): Promise<void> {
    const { scope, fire } = this.#deps;
    while (!scope.ended && number <= this.#shape.callers) {
      await fire();
      if (this.#shape.pauseMs === 0) continue;
      // Only the end of the load interrupts the pause, and that ends the loop.
      await pause(this.#shape.pauseMs, scope.signal).catch(() => undefined);
    }
    this.#running--;
  }
}

export const closedLoop: LoadKind<Closed> = {
  id: "closed",
  label: "Closed loop",
  start: (shape, deps) => new ClosedLoop(shape, deps),
};
