import type { BreakerSpecOf } from "../../../protocol/spec.ts";

/** One call in the pool. */
export interface PooledTask {
  state: "queued" | "running" | "gone";
  /** Called when a thread takes it from the queue. */
  readonly begin: () => void;
}

const MINUTE_MS = 60_000;

/**
 * The `ThreadPoolExecutor` of a command, by its rules: below `coreSize` a new thread is started,
 * then calls queue, and only where the queue is full more threads are started. A queue of −1 or 0
 * is a `SynchronousQueue`, which hands over to an idle thread and holds nothing.
 */
export class WorkerPool {
  readonly #core: number;
  readonly #most: number;
  readonly #capacity: number;
  readonly #rejectsFrom: number;
  readonly #keepAliveMs: number;
  readonly #queue = new Set<PooledTask>();
  /** When each idle thread ends, unless it is of the core by then; only of pools that may grow. */
  #idleUntil: number[] = [];
  #size = 0;
  #active = 0;
  #largest = 0;
  #completed = 0;

  constructor(spec: BreakerSpecOf<"hystrix">) {
    this.#core = spec.coreSize;
    this.#most = spec.allowMaximumSizeToDivergeFromCoreSize
      ? Math.max(spec.coreSize, spec.maximumSize)
      : spec.coreSize;
    this.#capacity = Math.max(0, spec.maxQueueSize);
    this.#rejectsFrom = spec.queueSizeRejectionThreshold;
    this.#keepAliveMs = spec.keepAliveTimeMinutes * MINUTE_MS;
  }

  /** Takes a call in; undefined: rejects it. */
  submit(now: number, begin: () => void): PooledTask | undefined {
    // Hystrix asks this before the pool, even where threads are idle.
    if (this.#capacity > 0 && this.#queue.size >= this.#rejectsFrom) return undefined;
    this.#endIdle(now);
    if (this.#size < this.#core) return this.#startThread(begin);
    if (this.#active < this.#size) {
      this.#wake();
      return this.#run(begin);
    }
    if (this.#queue.size < this.#capacity) {
      const task: PooledTask = { state: "queued", begin };
      this.#queue.add(task);
      return task;
    }
    return this.#size < this.#most ? this.#startThread(begin) : undefined;
  }

  /** A queued call is given up. */
  withdraw(task: PooledTask): void {
    if (!this.#queue.delete(task)) return;
    task.state = "gone";
  }

  /** What ran is really over; its thread takes the next call. */
  finish(task: PooledTask, now: number): void {
    if (task.state !== "running") return;
    task.state = "gone";
    this.#completed++;
    const [next] = this.#queue;
    if (next) {
      this.#queue.delete(next);
      next.state = "running";
      next.begin();
      return;
    }
    this.#active--;
    if (this.#most === this.#core) return;
    this.#idleUntil.push(this.#size > this.#core ? now + this.#keepAliveMs : Infinity);
  }

  /** Lets every queued call run, since nothing is limited any more. */
  release(): void {
    const queued = [...this.#queue];
    this.#queue.clear();
    for (const task of queued) {
      task.state = "gone";
      task.begin();
    }
  }

  figures(now: number) {
    this.#endIdle(now);
    return {
      active: this.#active,
      completed: this.#completed,
      size: this.#size,
      largest: this.#largest,
      queued: this.#queue.size,
    };
  }

  #startThread(begin: () => void): PooledTask {
    this.#size++;
    this.#largest = Math.max(this.#largest, this.#size);
    return this.#run(begin);
  }

  #run(begin: () => void): PooledTask {
    this.#active++;
    return { state: "running", begin };
  }

  /** A queue wakes who waits longest, a `SynchronousQueue` who came last. */
  #wake(): void {
    if (this.#capacity > 0) this.#idleUntil.shift();
    else this.#idleUntil.pop();
  }

  #endIdle(now: number): void {
    for (let i = 0; i < this.#idleUntil.length; i++) {
      if ((this.#idleUntil[i] ?? Infinity) > now) continue;
      if (this.#size > this.#core) {
        this.#size--;
        this.#idleUntil.splice(i--, 1);
      } else this.#idleUntil[i] = Infinity;
    }
  }
}
