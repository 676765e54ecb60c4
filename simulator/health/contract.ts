/** What is checked. */
export interface HealthTarget {
  readonly instance: string;
  readonly service: string;
  readonly host: string;
  readonly port: number;
}

/** What one check found, as a passing or failing answer with a line of text. */
export interface ProbeResult {
  readonly ok: boolean;
  /** `200 OK`, `connect ECONNREFUSED 127.0.0.1:1234` */
  readonly output: string;
}

/** One way to check; an entry of `health/index.ts`. */
export interface HealthKind<Options> {
  readonly id: string;
  /** Whether it asks for an answer, and does not only connect. */
  readonly asks: boolean;
  /**
   * Checks once. Rejects when the target cannot be reached, or when the signal aborts, which it
   * does when the time is up; the checker makes a failed check of both.
   */
  probe(target: HealthTarget, options: Options, signal: AbortSignal): Promise<ProbeResult>;
}

/** When to check and what to make of it; HAProxy's words. */
export interface HealthTimes {
  /** Pause between the end of one check and the start of the next. */
  readonly interval: number;
  readonly timeout: number;
  /** Pause while the status is about to change; absent: `interval`. */
  readonly fastInterval?: number | undefined;
  /** Pause while failing; absent: `interval`. */
  readonly downInterval?: number | undefined;
  /** Passes in a row until healthy again. */
  readonly rise: number;
  /** Failures in a row until unhealthy. */
  readonly fall: number;
}
