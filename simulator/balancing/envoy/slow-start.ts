import type { BalancerSpec } from "../../protocol/spec.ts";

type SlowStartSpec = NonNullable<BalancerSpec["slowStart"]>;

/**
 * Envoy's slow start: a host that became healthy gets its weight little by little
 * (`EdfLoadBalancerBase::applySlowStartFactor`). A host that outlier detection took back does not
 * start again, as in Envoy.
 */
export class SlowStart {
  readonly #spec: SlowStartSpec;
  /** Since when each host has been healthy. */
  readonly #since = new Map<string, number>();
  /** When the last of them began: before its window is over, some host may be starting. */
  #latest: number;

  constructor(spec: SlowStartSpec, now: number) {
    this.#spec = spec;
    this.#latest = now;
  }

  /** The healthy hosts from now on. */
  keep(healthy: ReadonlySet<string>, now: number): void {
    for (const id of this.#since.keys()) if (!healthy.has(id)) this.#since.delete(id);
    for (const id of healthy) {
      if (this.#since.has(id)) continue;
      this.#since.set(id, now);
      this.#latest = now;
    }
  }

  /** Whether a host may be in its window. */
  isActive(now: number): boolean {
    return now - this.#latest <= this.#spec.window;
  }

  /** What a host's weight is multiplied by: `minimumWeight` to 1. */
  factorOf(id: string, now: number): number {
    const { window, aggression, minimumWeight } = this.#spec;
    const since = this.#since.get(id);
    if (since === undefined || now - since >= window) return 1;
    const time = Math.max(1, Math.floor(now - since)) / window;
    return Math.max(time ** (1 / aggression), minimumWeight);
  }
}
