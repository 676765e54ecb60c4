import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Scope } from "../kernel/scope.ts";
import type { CallFact } from "../protocol/events.ts";
import {
  Outcome,
  type CallTrace,
  type Counters,
  type EdgeCounters,
  type InstanceCounters,
  type ServiceCounters,
} from "../protocol/model.ts";
import { RollingLatency } from "./rolling-latency.ts";
import { RollingRate } from "./rolling-rate.ts";
import { isEdgeOf } from "../protocol/reduce.ts";
import type { TraceObserver } from "./trace-ring.ts";

/** How often changed totals are told. */
const TELL_MS = 100;
/** How often percentiles are worked out anew. */
const PERCENTILES_MS = 1000;

/** One line of totals with its rolling figures. */
interface Tally<T> {
  readonly totals: T;
  readonly latency: RollingLatency;
  readonly rate: RollingRate;
  /** Changed since it was told last. */
  dirty: boolean;
}

/** Exact totals of all calls, told ten times a second as far as they changed. */
export class CallCounters {
  readonly #clock: Clock;
  readonly #log: EventLog;
  readonly #services = new Map<string, Tally<ServiceCounters>>();
  readonly #instances = new Map<string, Tally<InstanceCounters>>();
  readonly #edges = new Map<string, Tally<EdgeCounters>>();
  #percentilesAt = 0;

  constructor(clock: Clock, log: EventLog) {
    this.#clock = clock;
    this.#log = log;
  }

  start(scope: Scope): void {
    const timer = setInterval(() => this.tell(), TELL_MS);
    scope.add(() => clearInterval(timer));
  }

  /** Instances that are forgotten keep no totals. */
  forgetInstance(instance: string): void {
    this.#instances.delete(instance);
  }

  /** Nor do services, and the edges from and to them. */
  forgetService(service: string): void {
    this.#services.delete(service);
    for (const [key, { totals }] of this.#edges) {
      if (isEdgeOf(totals, service)) this.#edges.delete(key);
    }
  }

  /** Observes the ring of traces. */
  readonly observer: TraceObserver = (fact, trace, before) => {
    const service = this.#service(trace.service);
    service.dirty = true;
    switch (fact.kind) {
      case "call-started":
        this.#started(service, trace, fact);
        break;
      case "attempt-started":
        this.#attempted(service, fact);
        break;
      case "attempt-ended":
        this.#attemptEnded(service, fact, before);
        break;
      case "call-ended":
        this.#ended(service, trace, fact);
        break;
      case "retry-scheduled":
      case "fallback-used":
        break;
    }
  };

  /** Appends the totals that changed to the log. */
  tell(): void {
    const now = this.#clock.now();
    if (now - this.#percentilesAt >= PERCENTILES_MS) {
      this.#percentilesAt = now;
      this.#refresh(now);
    }
    const counters: Counters = {
      services: takeDirty(this.#services),
      instances: takeDirty(this.#instances),
      edges: takeDirty(this.#edges),
    };
    if (Object.values(counters).every((changed) => Object.keys(changed).length === 0)) return;
    this.#log.append({ kind: "counted", counters });
  }

  #started(
    service: Tally<ServiceCounters>,
    trace: CallTrace,
    fact: Extract<CallFact, { kind: "call-started" }>,
  ): void {
    service.totals.calls++;
    service.rate.count(fact.at);
    const edge = this.#edge(trace);
    edge.totals.calls++;
    edge.rate.count(fact.at);
    edge.dirty = true;
  }

  #attempted(
    service: Tally<ServiceCounters>,
    fact: Extract<CallFact, { kind: "attempt-started" }>,
  ): void {
    service.totals.attempts++;
    if (fact.number > 1 && !fact.hedge) service.totals.retries++;
    if (fact.instance === undefined) return;
    const instance = this.#instance(fact.instance);
    instance.totals.picks++;
    instance.totals.inFlight++;
    instance.dirty = true;
  }

  #attemptEnded(
    service: Tally<ServiceCounters>,
    fact: Extract<CallFact, { kind: "attempt-ended" }>,
    before: CallTrace | undefined,
  ): void {
    if (fact.outcome === "short-circuit") service.totals.shortCircuits++;
    if (fact.outcome === "rejected") service.totals.rejections++;
    if (fact.outcome === "timeout") service.totals.timeouts++;
    const attempt = before?.attempts.find(({ number }) => number === fact.number);
    if (attempt?.instance === undefined) return;
    const instance = this.#instances.get(attempt.instance);
    // Forgotten while the attempt was under way.
    if (!instance) return;
    instance.totals.inFlight--;
    if (fact.outcome === "success") instance.totals.succeeded++;
    else instance.totals.failed++;
    instance.latency.record(fact.at, (fact.endedAt ?? fact.at) - attempt.startedAt);
    instance.dirty = true;
  }

  #ended(
    service: Tally<ServiceCounters>,
    trace: CallTrace,
    fact: Extract<CallFact, { kind: "call-ended" }>,
  ): void {
    service.totals.outcomes[fact.outcome]++;
    service.latency.record(fact.at, fact.at - trace.startedAt);
    const edge = this.#edge(trace);
    if (fact.outcome === "fallback") edge.totals.fallbacks++;
    else if (fact.outcome !== "success" && fact.outcome !== "canceled") edge.totals.failed++;
    edge.dirty = true;
  }

  /** Works out rates and percentiles of what was busy in the last seconds. */
  #refresh(now: number): void {
    for (const tally of [...this.#services.values(), ...this.#edges.values()]) {
      const perSecond = tally.rate.perSecond(now);
      if (perSecond !== tally.totals.perSecond) tally.dirty = true;
      tally.totals.perSecond = perSecond;
    }
    for (const tally of [...this.#services.values(), ...this.#instances.values()]) {
      const [p50 = 0, p95 = 0, p99 = 0] = tally.latency.percentiles(now, [50, 95, 99]);
      const { totals } = tally;
      const p99Changed = "p99" in totals && p99 !== totals.p99;
      if (p50 !== totals.p50 || p95 !== totals.p95 || p99Changed) tally.dirty = true;
      totals.p50 = p50;
      totals.p95 = p95;
      if ("p99" in totals) totals.p99 = p99;
    }
  }

  #service(name: string): Tally<ServiceCounters> {
    return tallyOf(this.#services, name, () => ({
      calls: 0,
      outcomes: Object.fromEntries(
        Outcome.options.map((outcome) => [outcome, 0]),
      ) as ServiceCounters["outcomes"],
      attempts: 0,
      retries: 0,
      shortCircuits: 0,
      rejections: 0,
      timeouts: 0,
      perSecond: 0,
      p50: 0,
      p95: 0,
      p99: 0,
    }));
  }

  #instance(id: string): Tally<InstanceCounters> {
    return tallyOf(this.#instances, id, () => ({
      picks: 0,
      succeeded: 0,
      failed: 0,
      inFlight: 0,
      p50: 0,
      p95: 0,
    }));
  }

  #edge(trace: CallTrace): Tally<EdgeCounters> {
    const { caller, service: to } = trace;
    const fromKind = caller.kind === "instance" ? "service" : caller.kind;
    const from = caller.kind === "instance" ? caller.service : caller.kind;
    return tallyOf(this.#edges, `${from}>${to}`, () => ({
      from,
      fromKind,
      to,
      calls: 0,
      failed: 0,
      fallbacks: 0,
      perSecond: 0,
    }));
  }
}

function tallyOf<T>(tallies: Map<string, Tally<T>>, key: string, empty: () => T): Tally<T> {
  let tally = tallies.get(key);
  if (!tally) {
    tally = {
      totals: empty(),
      latency: new RollingLatency(),
      rate: new RollingRate(),
      dirty: false,
    };
    tallies.set(key, tally);
  }
  return tally;
}

/** Copies of what changed; facts must not change after they were told. */
function takeDirty<T>(tallies: Map<string, Tally<T>>): Record<string, T> {
  const taken: Record<string, T> = {};
  for (const [key, tally] of tallies) {
    if (!tally.dirty) continue;
    tally.dirty = false;
    taken[key] = structuredClone(tally.totals);
  }
  return taken;
}
