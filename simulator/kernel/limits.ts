/** Who is told that its time is up. */
export interface LimitTarget {
  late(): void;
}

/** A time limit that runs. */
export interface Limit {
  /** Takes it back: the time was enough. */
  lift(): void;
}

/** A limit among others of the same length: the first to begin is the first to be over. */
class QueuedLimit implements Limit {
  readonly at: number;
  readonly #queue: LimitQueue;
  readonly #target: LimitTarget;
  before: QueuedLimit | undefined;
  after: QueuedLimit | undefined;
  isOver = false;

  constructor(queue: LimitQueue, target: LimitTarget, at: number) {
    this.#queue = queue;
    this.#target = target;
    this.at = at;
  }

  lift(): void {
    if (!this.isOver) this.#queue.remove(this);
  }

  late(): void {
    this.#target.late();
  }
}

/**
 * The limits of one length under way, by one timer of the machine: it waits for the first of them,
 * also when that is lifted meanwhile. Nearly all limits are lifted, and so cost no timer at all.
 */
class LimitQueue {
  readonly ms: number;
  readonly #now: () => number;
  readonly #emptied: (ms: number) => void;
  #first: QueuedLimit | undefined;
  #last: QueuedLimit | undefined;
  #isArmed = false;

  constructor(ms: number, now: () => number, emptied: (ms: number) => void) {
    this.ms = ms;
    this.#now = now;
    this.#emptied = emptied;
  }

  add(target: LimitTarget, from: number): Limit {
    const limit = new QueuedLimit(this, target, from + this.ms);
    limit.before = this.#last;
    if (this.#last) this.#last.after = limit;
    else this.#first = limit;
    this.#last = limit;
    if (!this.#isArmed) this.#arm(this.ms);
    return limit;
  }

  remove(limit: QueuedLimit): void {
    limit.isOver = true;
    const { before, after } = limit;
    if (before) before.after = after;
    else this.#first = after;
    if (after) after.before = before;
    else this.#last = before;
  }

  /** Waits for the next; one that began while others ended has set the timer already. */
  #again(next: QueuedLimit): void {
    if (!this.#isArmed) this.#arm(Math.max(1, next.at - this.#now()));
  }

  #arm(ms: number): void {
    this.#isArmed = true;
    // What is limited keeps the process going, not its limit.
    setTimeout(this.#fire, ms).unref();
  }

  readonly #fire = (): void => {
    this.#isArmed = false;
    try {
      for (let first = this.#first; first; first = this.#first) {
        if (first.at > this.#now()) break;
        this.remove(first);
        first.late();
      }
    } finally {
      const next = this.#first;
      if (next) this.#again(next);
      else this.#emptied(this.ms);
    }
  };
}

/** Time limits by the machine's clock. */
export class SharedLimits {
  readonly #now: () => number;
  readonly #queues = new Map<number, LimitQueue>();
  /** That of the newest: the next one is often as long. */
  #newest: LimitQueue | undefined;
  readonly #emptied = (ms: number): void => {
    this.#queues.delete(ms);
    this.#newest = undefined;
  };

  constructor(now: () => number) {
    this.#now = now;
  }

  start(length: number, target: LimitTarget, from = this.#now()): Limit {
    // What is left until a deadline is never the same twice, and each queue stays for its length.
    const ms = Math.ceil(length);
    if (this.#newest?.ms !== ms) this.#newest = this.#queueOf(ms);
    return this.#newest.add(target, from);
  }

  #queueOf(ms: number): LimitQueue {
    let queue = this.#queues.get(ms);
    if (!queue) {
      queue = new LimitQueue(ms, this.#now, this.#emptied);
      this.#queues.set(ms, queue);
    }
    return queue;
  }
}
