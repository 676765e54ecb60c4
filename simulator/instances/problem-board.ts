import type { Clock } from "../kernel/clock.ts";
import type { ErrorLocation } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";

/** What a problem is about. */
export interface ProblemSubject {
  readonly service?: string;
  readonly location?: ErrorLocation | undefined;
}

/** Says what the user should mend, and when it is mended; never twice the same in a row. */
export class ProblemBoard {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #open = new Map<string, string>();

  constructor(log: EventLog, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  found(key: string, message: string, of: ProblemSubject = {}): void {
    const text = JSON.stringify([message, of.location]);
    if (this.#open.get(key) === text) return;
    this.#open.set(key, text);
    const at = this.#clock.now();
    const { service, location } = of;
    this.#log.append({
      kind: "problem-found",
      problem: {
        key,
        severity: "error",
        message,
        at,
        ...(service !== undefined && { service }),
        ...(location && { location }),
      },
    });
  }

  solved(key: string): void {
    if (this.#open.delete(key)) this.#log.append({ kind: "problem-solved", key });
  }
}
