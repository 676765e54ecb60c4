import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import type { Permit, PermitEnd } from "../contract.ts";
import type { SingleTest } from "./rule-set.ts";
import { TIMED_OUT } from "./texts.ts";
import type { PooledTask, WorkerPool } from "./worker-pool.ts";

/** Told when a call is over for its caller. `began`: it did not end in the pool's queue. */
export type Ended = (permit: NetflixPermit, end: PermitEnd, began: boolean) => void;

/** One execution of the command. */
export class NetflixPermit implements Permit {
  readonly test: SingleTest | undefined;
  readonly at: number;
  readonly limit: Permit["limit"];
  turn: Promise<void> | undefined;
  readonly #ended: Ended;
  #place:
    | { readonly pool: WorkerPool; readonly task: PooledTask; readonly now: () => number }
    | undefined;

  constructor(
    spec: BreakerSpecOf<"hystrix">,
    test: SingleTest | undefined,
    now: number,
    ended: Ended,
  ) {
    this.test = test;
    this.at = now;
    this.#ended = ended;
    if (!spec.executionTimeoutEnabled) return;
    const cancels =
      // Without a thread of its own there is nothing to interrupt.
      spec.executionIsolationStrategy === "THREAD" &&
      spec.executionIsolationThreadInterruptOnTimeout;
    this.limit = { ms: spec.executionTimeoutInMilliseconds, cancels, error: TIMED_OUT };
  }

  get probe(): boolean {
    return this.test !== undefined;
  }

  /**
   * Gets a thread or a place in the queue; answers whether it did.
   * @param began called when a thread takes it from the queue
   */
  submitTo(pool: WorkerPool, now: () => number, began: () => void): boolean {
    let start: (() => void) | undefined;
    const task = pool.submit(now(), () => {
      began();
      start?.();
    });
    if (!task) return false;
    this.#place = { pool, task, now };
    if (task.state === "queued") {
      this.turn = new Promise((resolve) => {
        start = resolve;
      });
    }
    return true;
  }

  ended(end: PermitEnd): void {
    const began = this.#place?.task.state !== "queued";
    if (this.#place && !began) this.#place.pool.withdraw(this.#place.task);
    this.#ended(this, end, began);
  }

  finished(): void {
    if (this.#place) this.#place.pool.finish(this.#place.task, this.#place.now());
  }
}
