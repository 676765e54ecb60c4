import type { AttemptResult } from "../../call/contract.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import { hasFailed } from "../failed.ts";

/** What every layer counts: the passes through it, and how they ended. */
export class Passes {
  #entered = 0;
  #succeeded = 0;
  #failed = 0;
  #refused = 0;
  #inside = 0;

  enter(): void {
    this.#entered++;
    this.#inside++;
  }

  /** A pass has ended with this result, which it answers. Bound: it can stand in a `then`. */
  readonly leave = (result: AttemptResult): AttemptResult => {
    this.#inside--;
    if (hasFailed(result)) this.#failed++;
    else if (result.outcome === "success") this.#succeeded++;
    return result;
  };

  /** The layer itself has refused a pass, with this result. */
  refuse(result: AttemptResult): AttemptResult {
    this.#refused++;
    return this.leave(result);
  }

  /** A bug of ours ended a pass. Bound, as `leave` is. */
  readonly broke = (error: unknown): never => {
    this.#inside--;
    this.#failed++;
    throw error;
  };

  picture(): Pick<LayerPicture, "entered" | "inside" | "succeeded" | "failed" | "refused"> {
    return {
      entered: this.#entered,
      inside: this.#inside,
      succeeded: this.#succeeded,
      failed: this.#failed,
      refused: this.#refused,
    };
  }
}
