/** The calls of one interval. */
export interface CallCount {
  total: number;
  successes: number;
}

/** Times of Envoy's ejections, in ms. */
interface EjectionTimes {
  readonly baseEjection: number;
  readonly maxEjection: number;
}

/** What outlier detection remembers of one host (Envoy's `DetectorHostMonitorImpl`). */
export class HostRecord {
  /** Errors of status 5xx in a row. */
  errors = 0;
  /** Of those, 502, 503 and 504 in a row. */
  gatewayFailures = 0;
  /** How often it was ejected. */
  ejections = 0;
  /** The calls of the last whole interval. */
  last: CallCount = { total: 0, successes: 0 };
  #running: CallCount = { total: 0, successes: 0 };
  /** What the next ejection's base time is multiplied by. */
  #backoff = 0;
  #ejectedAt: number | undefined;
  #backAt: number | undefined;

  get isEjected(): boolean {
    return this.#ejectedAt !== undefined;
  }

  /** Whether a sweep without new calls leaves it as it is. */
  get isAtRest(): boolean {
    const counts = this.#running.total + this.last.total;
    return !this.isEjected && counts === 0 && this.#backoff === 0;
  }

  /** Successes of the last interval in percent. */
  get rate(): number {
    return (this.last.successes * 100) / this.last.total;
  }

  count(status: number): void {
    this.#running.total++;
    if (status < 500 || status > 599) {
      this.#running.successes++;
      this.errors = 0;
      this.gatewayFailures = 0;
      return;
    }
    this.errors++;
    this.gatewayFailures = isGatewayFailure(status) ? this.gatewayFailures + 1 : 0;
  }

  closeInterval(): void {
    [this.last, this.#running] = [this.#running, { total: 0, successes: 0 }];
  }

  eject(now: number, { baseEjection, maxEjection }: EjectionTimes): void {
    this.ejections++;
    this.#ejectedAt = now;
    if (this.#backoff * baseEjection < maxEjection + baseEjection) this.#backoff++;
  }

  /** The earliest time at which a sweep takes it back. */
  endOf({ baseEjection, maxEjection }: EjectionTimes): number {
    return (this.#ejectedAt ?? 0) + Math.min(baseEjection * this.#backoff, maxEjection);
  }

  takeBack(now: number): void {
    this.#ejectedAt = undefined;
    this.#backAt = now;
    this.errors = 0;
    this.gatewayFailures = 0;
  }

  /** With every interval that it stays in, its next ejection gets shorter. */
  calmDown(now: number, intervalMs: number): void {
    if (this.isEjected || this.#backAt === undefined || now - this.#backAt < intervalMs) return;
    if (this.#backoff > 0) this.#backoff--;
  }
}

/** 502, 503 and 504: what a gateway answers when there is no proper answer. */
export function isGatewayFailure(status: number): boolean {
  return status >= 502 && status <= 504;
}
