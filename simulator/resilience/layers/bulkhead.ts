import type { AttemptResult } from "../../call/contract.ts";
import type { CancellationListener } from "../../kernel/cancellation.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { LayerPicture } from "../../protocol/layer-model.ts";
import type { BulkheadSpec } from "../../protocol/spec.ts";
import { formatDuration } from "../../protocol/units.ts";
import type { Bounds, GuardedCall, Layer, Next, Try } from "../contract.ts";
import { endedBy } from "../failed.ts";
import type { LayerKind } from "./contract.ts";
import { Passes } from "./passes.ts";

/** So many passes at the same time, and so many that wait for a place: first come, first served. */
class BulkheadLayer implements Layer {
  readonly id = "bulkhead";
  readonly #spec: BulkheadSpec;
  readonly #clock: Clock;
  readonly #passes = new Passes();
  readonly #queue = new Set<Waiter>();
  #running = 0;
  #timedOut = 0;

  constructor(spec: BulkheadSpec, clock: Clock) {
    this.#spec = spec;
    this.#clock = clock;
  }

  run(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#passes.enter();
    if (this.#running < this.#spec.concurrent) return this.#enter(call, tried, bounds, next);
    if (this.#queue.size < this.#spec.queue) return this.#wait(call, tried, bounds, next);
    return Promise.resolve(this.#full(tried));
  }

  picture(): LayerPicture {
    const { concurrent, queue, queueTimeout } = this.#spec;
    const waiting = queue > 0 ? `, queue of ${queue}` : "";
    const longest =
      queueTimeout === undefined ? "" : ` for at most ${formatDuration(queueTimeout)}`;
    return {
      id: this.id,
      title: "Bulkhead",
      settings: `${concurrent} at the same time${waiting}${longest}`,
      ...this.#passes.picture(),
      figures: [
        { name: "running", value: this.#running },
        { name: "queued", value: this.#queue.size },
        { name: "waited too long", value: this.#timedOut },
      ],
    };
  }

  #enter(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    this.#running++;
    return next(call, tried, bounds).then(this.#leave, this.#broke);
  }

  #wait(call: GuardedCall, tried: Try, bounds: Bounds, next: Next): Promise<AttemptResult> {
    const { cancellation } = bounds;
    return new Promise((resolve) => {
      const { queueTimeout } = this.#spec;
      let cancelTimer: (() => void) | undefined;
      const waiter: Waiter = {
        go: () => {
          cancelTimer?.();
          cancellation.unlisten(waiter);
          resolve(this.#enter(call, tried, bounds, next));
        },
        canceled: (reason) => {
          cancelTimer?.();
          this.#queue.delete(waiter);
          resolve(this.#passes.leave(endedBy("canceled", tried.progress, reason.message)));
        },
      };
      if (cancellation.reason) {
        waiter.canceled(cancellation.reason);
        return;
      }
      const late = () => {
        cancellation.unlisten(waiter);
        this.#queue.delete(waiter);
        this.#timedOut++;
        resolve(this.#tooLate(tried));
      };
      if (queueTimeout !== undefined) cancelTimer = this.#clock.after(queueTimeout, late);
      this.#queue.add(waiter);
      cancellation.listen(waiter);
    });
  }

  readonly #leave = (result: AttemptResult): AttemptResult => {
    this.#release();
    return this.#passes.leave(result);
  };

  readonly #broke = (error: unknown): never => {
    this.#release();
    return this.#passes.broke(error);
  };

  #release(): void {
    this.#running--;
    const [first] = this.#queue;
    if (!first) return;
    this.#queue.delete(first);
    first.go();
  }

  #full({ progress }: Try): AttemptResult {
    const { concurrent, queue } = this.#spec;
    const waiting = queue > 0 ? `, ${queue} waiting` : "";
    const error = `The bulkhead is full: ${concurrent} attempts under way${waiting}.`;
    return this.#passes.refuse(endedBy("rejected", progress, error));
  }

  #tooLate({ progress }: Try): AttemptResult {
    const { queueTimeout = 0 } = this.#spec;
    const error = `No place in the bulkhead became free within ${formatDuration(queueTimeout)}.`;
    return this.#passes.refuse(endedBy("rejected", progress, error));
  }
}

interface Waiter extends CancellationListener {
  /** A place is free. */
  go(): void;
}

export const bulkhead: LayerKind = {
  id: "bulkhead",
  settings: (spec) => spec.bulkhead,
  create: (spec, { clock }) => spec.bulkhead && new BulkheadLayer(spec.bulkhead, clock),
};
