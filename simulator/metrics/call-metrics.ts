import type { CallFact, Fact } from "../protocol/events.ts";
import type { CallTrace } from "../protocol/model.ts";
import { DurationHistogram } from "./duration-histogram.ts";
import type { Distribution, Labels, Sample } from "./exposition.ts";

/** What the totals of the eyes do not have: attempts by outcome, and how long all took. */
interface ServiceTally {
  readonly duration: DurationHistogram;
  /** By the kind of fallback. */
  readonly fallbacks: Map<string, number>;
  /** By instance; `""` for attempts that came to none. */
  readonly attempts: Map<string, AttemptTally>;
}

interface AttemptTally {
  readonly duration: DurationHistogram;
  readonly outcomes: Map<string, number>;
  /** Those that a fault touched, by its kind. */
  readonly faulted: Map<string, number>;
}

/** Counts calls for Prometheus. Services and instances that are gone keep nothing. */
export class CallMetrics {
  readonly #services = new Map<string, ServiceTally>();

  /** A sink of the log. */
  readonly sink = (fact: Fact): void => {
    if (fact.kind === "service-removed") this.#services.delete(fact.service);
    if (fact.kind !== "instance-removed") return;
    for (const { attempts } of this.#services.values()) attempts.delete(fact.instance);
  };

  /** Observes the traces of calls. */
  readonly observer = (
    fact: CallFact,
    { service, startedAt }: CallTrace,
    before: CallTrace | undefined,
  ): void => {
    switch (fact.kind) {
      case "call-started":
        if (!this.#services.has(service)) this.#services.set(service, newService());
        break;
      case "attempt-started":
        attemptsOf(this.#services.get(service), fact.instance);
        break;
      case "attempt-ended":
        this.#attemptEnded(service, fact, before);
        break;
      case "fallback-used":
        increment(this.#services.get(service)?.fallbacks, fact.fallback);
        break;
      case "call-ended":
        this.#services.get(service)?.duration.record(fact.at - startedAt);
        break;
      default:
        break;
    }
  };

  /** Durations of ended calls. */
  callDurations(): Distribution[] {
    return [...this.#services].map(([service, { duration }]) => duration.distribution({ service }));
  }

  /** Durations of attempts that came to an instance. */
  attemptDurations(): Distribution[] {
    return this.#attempts()
      .filter(([{ instance }]) => instance !== "")
      .map(([labels, { duration }]) => duration.distribution(labels));
  }

  attemptOutcomes(): Sample[] {
    return this.#attempts().flatMap(([labels, { outcomes }]) =>
      samplesOf(outcomes, (outcome) => ({ ...labels, outcome })),
    );
  }

  faultedAttempts(): Sample[] {
    return this.#attempts().flatMap(([labels, { faulted }]) =>
      samplesOf(faulted, (fault) => ({ ...labels, fault })),
    );
  }

  fallbacks(): Sample[] {
    return [...this.#services].flatMap(([service, { fallbacks }]) =>
      samplesOf(fallbacks, (kind) => ({ service, kind })),
    );
  }

  #attemptEnded(
    service: string,
    fact: Extract<CallFact, { kind: "attempt-ended" }>,
    before: CallTrace | undefined,
  ): void {
    const attempt = before?.attempts.find(({ number }) => number === fact.number);
    const known = this.#services.get(service);
    // Of an instance only while it is there: its name would come back for good.
    const tally =
      attempt?.instance === undefined
        ? attemptsOf(known, undefined)
        : known?.attempts.get(attempt.instance);
    if (!tally) return;
    increment(tally.outcomes, fact.outcome);
    for (const fault of fact.faults ?? []) increment(tally.faulted, fault);
    if (attempt) tally.duration.record((fact.endedAt ?? fact.at) - attempt.startedAt);
  }

  #attempts(): (readonly [labels: Labels, tally: AttemptTally])[] {
    return [...this.#services].flatMap(([service, { attempts }]) =>
      [...attempts].map(([instance, tally]) => [{ service, instance }, tally] as const),
    );
  }
}

function newService(): ServiceTally {
  return { duration: new DurationHistogram(), fallbacks: new Map(), attempts: new Map() };
}

/** The attempts at an instance; undefined: the service is gone. */
function attemptsOf(
  service: ServiceTally | undefined,
  instance: string | undefined,
): AttemptTally | undefined {
  if (!service) return undefined;
  const key = instance ?? "";
  let tally = service.attempts.get(key);
  if (!tally) {
    tally = { duration: new DurationHistogram(), outcomes: new Map(), faulted: new Map() };
    service.attempts.set(key, tally);
  }
  return tally;
}

function increment(counts: Map<string, number> | undefined, key: string): void {
  counts?.set(key, (counts.get(key) ?? 0) + 1);
}

function samplesOf(counts: ReadonlyMap<string, number>, labels: (key: string) => Labels): Sample[] {
  return [...counts].map(([key, value]) => ({ labels: labels(key), value }));
}
