import { pause } from "../kernel/pause.ts";
import type { LoadShape } from "../protocol/model.ts";
import type { Generator, GeneratorDeps, LoadKind } from "./contract.ts";

type Closed = Extract<LoadShape, { kind: "closed" }>;

/** n callers; each waits for its answer, pauses, and calls again. */
class ClosedLoop implements Generator<Closed> {
  readonly #deps: GeneratorDeps;
  #shape: Closed;
  #running = 0;
  /** Aborted when another shape comes, or the end: nobody pauses on. */
  #changed = new AbortController();

  constructor(shape: Closed, deps: GeneratorDeps) {
    this.#shape = shape;
    this.#deps = deps;
    deps.scope.add(() => this.#changed.abort());
    this.adjust(shape);
  }

  adjust(shape: Closed): void {
    this.#shape = shape;
    this.#changed.abort();
    this.#changed = new AbortController();
    while (this.#running < shape.callers) {
      this.#running++;
      void this.#caller();
    }
  }

  /** Goes on as long as there are not more than wanted. */
  async #caller(): Promise<void> {
    const { scope, fire, clock } = this.#deps;
    while (!scope.ended && this.#running <= this.#shape.callers) {
      await fire();
      if (this.#shape.pauseMs === 0) continue;
      // Interrupted it goes on at once: the loop sees whether it is still wanted.
      await pause(clock, this.#shape.pauseMs, this.#changed.signal).catch(() => undefined);
    }
    this.#running--;
  }
}

export const closedLoop: LoadKind<Closed> = {
  id: "closed",
  label: "Closed loop",
  start: (shape, deps) => new ClosedLoop(shape, deps),
};
