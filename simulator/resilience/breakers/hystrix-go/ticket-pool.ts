import type { Moment } from "./command-counters.ts";
import { RollingCounts } from "./rolling-counts.ts";

const COUNTERS = ["executed", "maxActive"] as const;
/** Their places. */
const EXECUTED = [0];
const MAX_ACTIVE = 1;

/** The tickets of a command (`pool.go`) and what is counted of them (`pool_metrics.go`). */
export class TicketPool {
  readonly size: number;
  #counts = new RollingCounts(COUNTERS);
  #active = 0;

  constructor(size: number) {
    this.size = size;
  }

  /** Tickets in use. */
  get active(): number {
    return this.#active;
  }

  /** Takes a ticket; false: there is none. */
  take(): boolean {
    if (this.#active >= this.size) return false;
    this.#active++;
    return true;
  }

  /** A ticket comes back. Only now it is counted, with those in use, itself included. */
  give({ second }: Moment): void {
    this.#counts.incrementAll(EXECUTED, second);
    this.#counts.raiseAt(MAX_ACTIVE, second, this.#active);
    this.#active--;
  }

  executed({ second }: Moment): number {
    return this.#counts.sum("executed", second);
  }

  maxActive({ second }: Moment): number {
    return this.#counts.max("maxActive", second);
  }

  /** Forgets what was counted; tickets in use stay in use. */
  clear(): void {
    this.#counts = new RollingCounts(COUNTERS);
  }
}
