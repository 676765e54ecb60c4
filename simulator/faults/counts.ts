import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";

/** Ten times a second is as often as anyone can look. */
const EVERY_MS = 100;

/** Tells how many attempts each fault has touched, not for each of them. */
export class FaultCounts {
  readonly #log: EventLog;
  readonly #clock: Clock;
  /** What was not told yet, by the fault's id. */
  readonly #untold = new Map<string, number>();
  #cancel: (() => void) | undefined;

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** One more has been touched: so many by now. */
  touched(id: string, count: number): void {
    this.#untold.set(id, count);
    this.#cancel ??= this.#clock.after(EVERY_MS, () => this.#tellAll());
  }

  /** Tells of one fault now, for the last time. */
  close(id: string): void {
    this.#tell(id);
    if (this.#untold.size === 0) this.dispose();
  }

  dispose(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#untold.clear();
  }

  #tellAll(): void {
    this.#cancel = undefined;
    for (const id of [...this.#untold.keys()]) this.#tell(id);
  }

  #tell(id: string): void {
    const touched = this.#untold.get(id);
    if (touched === undefined) return;
    this.#untold.delete(id);
    this.#log.append({ kind: "fault-counted", id, touched });
  }
}
