import type { BalancerSpec } from "../../protocol/spec.ts";
import type { AttemptEnd } from "../contract.ts";
import { HostRecord, isGatewayFailure } from "./host-record.ts";
import { isOverPercentage, successRateThreshold } from "./success-rates.ts";

type OutlierSpec = NonNullable<BalancerSpec["outlier"]>;

/**
 * Envoy's outlier detection (`outlier_detection_impl.cc`), enforced to 100% where it is switched
 * on, with `always_eject_one_host`, without jitter, and without `successful_active_health_check_
 * uneject_host`. Envoy sweeps by a timer; here the sweeps that are due run before anything else
 * looks, each as of its own time, so that nothing is left behind.
 */
export class OutlierDetection {
  readonly #spec: OutlierSpec;
  readonly #records = new Map<string, HostRecord>();
  #ejected = 0;
  #nextSweep: number;

  constructor(spec: OutlierSpec, now: number) {
    this.#spec = spec;
    this.#nextSweep = now + spec.interval;
  }

  /** The hosts from now on; those that are gone are forgotten. */
  keep(ids: ReadonlySet<string>): void {
    for (const [id, record] of this.#records) {
      if (ids.has(id)) continue;
      if (record.isEjected) this.#ejected--;
      this.#records.delete(id);
    }
    for (const id of ids) if (!this.#records.has(id)) this.#records.set(id, new HostRecord());
  }

  /** Runs the sweeps that are due; whether anybody's ejection changed. */
  advance(now: number): boolean {
    let changed = false;
    const { interval } = this.#spec;
    while (this.#nextSweep <= now) {
      changed = this.#sweep(this.#nextSweep) || changed;
      // Sweeps over hosts that are all at rest change nothing.
      const atRest = [...this.#records.values()].every((record) => record.isAtRest);
      const steps = atRest ? Math.max(1, Math.floor((now - this.#nextSweep) / interval)) : 1;
      this.#nextSweep += steps * interval;
    }
    return changed;
  }

  /** Counts how an attempt came out; whether the host was ejected for it. */
  report(id: string, end: AttemptEnd, now: number): boolean {
    const record = this.#records.get(id);
    const status = statusOf(end);
    if (!record || status === undefined) return false;
    record.count(status);
    const { consecutive5xx, consecutiveGatewayFailure } = this.#spec;
    let changed = false;
    if (record.gatewayFailures === consecutiveGatewayFailure && isGatewayFailure(status)) {
      changed = this.#eject(record, now);
      record.gatewayFailures = 0;
    }
    if (record.errors === consecutive5xx && status >= 500) {
      changed = this.#eject(record, now) || changed;
      record.errors = 0;
    }
    return changed;
  }

  isEjected(id: string): boolean {
    return this.#records.get(id)?.isEjected === true;
  }

  /** How often it was ejected, and the earliest end of its ejection; undefined: it is not. */
  ejectionOf(id: string): { readonly times: number; readonly until: number | undefined } {
    const record = this.#records.get(id);
    return {
      times: record?.ejections ?? 0,
      until: record?.isEjected ? record.endOf(this.#spec) : undefined,
    };
  }

  #sweep(now: number): boolean {
    let changed = false;
    for (const record of this.#records.values()) {
      if (record.isEjected && record.endOf(this.#spec) <= now) {
        record.takeBack(now);
        this.#ejected--;
        changed = true;
      }
      record.closeInterval();
    }
    changed = this.#judgeRates(now) || changed;
    for (const record of this.#records.values()) record.calmDown(now, this.#spec.interval);
    return changed;
  }

  #judgeRates(now: number): boolean {
    const { successRate, failurePercentage } = this.#spec;
    const records = [...this.#records.values()].filter(
      (record) => !record.isEjected && record.last.total > 0,
    );
    const outliers: HostRecord[] = [];
    if (successRate) {
      const judged = records.filter(({ last }) => last.total >= successRate.requestVolume);
      if (judged.length > 0 && judged.length >= successRate.minimumHosts) {
        const rates = judged.map(({ rate }) => rate);
        const threshold = successRateThreshold(rates, successRate.stdevFactor);
        outliers.push(...judged.filter(({ rate }) => rate < threshold));
      }
    }
    if (failurePercentage) {
      const judged = records.filter(({ last }) => last.total >= failurePercentage.requestVolume);
      if (judged.length > 0 && judged.length >= failurePercentage.minimumHosts) {
        const percent = failurePercentage.threshold * 100;
        outliers.push(...judged.filter(({ rate }) => isOverPercentage(rate, percent)));
      }
    }
    return outliers.map((record) => this.#eject(record, now)).some(Boolean);
  }

  #eject(record: HostRecord, now: number): boolean {
    if (record.isEjected) return false;
    const percent = (100 * (this.#ejected + 1)) / this.#records.size;
    if (this.#ejected > 0 && percent > this.#spec.maxEjectionPercent * 100) return false;
    this.#ejected++;
    record.eject(now, this.#spec);
    return true;
  }
}

/** The status that Envoy counts; an attempt that the caller gave up says nothing of the host. */
function statusOf({ outcome, status }: AttemptEnd): number | undefined {
  if (status !== undefined) return status;
  if (outcome === "timeout") return 504;
  if (outcome === "unavailable") return 503;
  if (outcome === "failure") return 500;
  return outcome === "success" ? 200 : undefined;
}
