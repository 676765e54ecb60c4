import type { IncomingMessage, ServerResponse } from "node:http";
import { faultTargetText } from "../protocol/fault-target.ts";
import { BreakerStatus, type Snapshot } from "../protocol/model.ts";
import type { CallMetrics } from "./call-metrics.ts";
import { exposition, EXPOSITION_TYPE, type MetricFamily, type Sample } from "./exposition.ts";

/** `GET /metrics`: calls, attempts, breakers, instances and faults for Prometheus. */
export class MetricsPage {
  readonly #snapshot: () => Snapshot;
  readonly #calls: CallMetrics;

  constructor(snapshot: () => Snapshot, calls: CallMetrics) {
    this.#snapshot = snapshot;
    this.#calls = calls;
  }

  readonly serve = (_request: IncomingMessage, response: ServerResponse): void => {
    const body = Buffer.from(exposition(familiesOf(this.#snapshot(), this.#calls)));
    response.writeHead(200, { "content-type": EXPOSITION_TYPE, "content-length": body.length });
    response.end(body);
  };
}

function familiesOf(snapshot: Snapshot, calls: CallMetrics): MetricFamily[] {
  return [
    ...callFamilies(snapshot, calls),
    ...attemptFamilies(snapshot, calls),
    ...stateFamilies(snapshot),
  ];
}

function callFamilies({ counters }: Snapshot, calls: CallMetrics): MetricFamily[] {
  const services = Object.entries(counters.services);
  const each = (value: (of: (typeof services)[number][1]) => number): Sample[] =>
    services.map(([service, of]) => ({ labels: { service }, value: value(of) }));
  return [
    {
      name: "fuseboard_calls_total",
      help: "Calls that ended, by how they ended for the caller.",
      type: "counter",
      samples: services.flatMap(([service, { outcomes }]) =>
        Object.entries(outcomes).map(([outcome, value]) => ({
          labels: { service, outcome },
          value,
        })),
      ),
    },
    {
      name: "fuseboard_calls_in_flight",
      help: "Calls under way.",
      type: "gauge",
      samples: each((of) => of.calls - Object.values(of.outcomes).reduce((a, b) => a + b, 0)),
    },
    {
      name: "fuseboard_call_duration_seconds",
      help: "How long calls took for the caller, with all attempts and pauses.",
      type: "histogram",
      samples: calls.callDurations(),
    },
    {
      name: "fuseboard_retries_total",
      help: "Attempts after the first of a call.",
      type: "counter",
      samples: each((of) => of.retries),
    },
    {
      name: "fuseboard_fallbacks_total",
      help: "Fallbacks that were asked, by kind.",
      type: "counter",
      samples: calls.fallbacks(),
    },
    {
      name: "fuseboard_rejections_total",
      help: "Attempts that were refused: short-circuit by the breaker, rejected by a limit.",
      type: "counter",
      samples: services.flatMap(([service, { shortCircuits, rejections }]) => [
        { labels: { service, reason: "short-circuit" }, value: shortCircuits },
        { labels: { service, reason: "rejected" }, value: rejections },
      ]),
    },
  ];
}

function attemptFamilies({ counters, instances }: Snapshot, calls: CallMetrics): MetricFamily[] {
  return [
    {
      name: "fuseboard_attempts_total",
      help: "Attempts that ended, by instance and outcome; without an instance: none was asked.",
      type: "counter",
      samples: calls.attemptOutcomes(),
    },
    {
      name: "fuseboard_attempts_in_flight",
      help: "Attempts under way at an instance.",
      type: "gauge",
      samples: Object.entries(counters.instances).flatMap(([instance, { inFlight }]) => {
        const service = instances[instance]?.service;
        return service === undefined ? [] : [{ labels: { service, instance }, value: inFlight }];
      }),
    },
    {
      name: "fuseboard_attempt_duration_seconds",
      help: "How long attempts at an instance took.",
      type: "histogram",
      samples: calls.attemptDurations(),
    },
    {
      name: "fuseboard_attempts_faulted_total",
      help: "Attempts that an injected fault touched.",
      type: "counter",
      samples: calls.faultedAttempts(),
    },
  ];
}

function stateFamilies({ services, instances, faults }: Snapshot): MetricFamily[] {
  const breakers = Object.values(services).flatMap(({ name, breaker }) =>
    breaker ? [{ service: name, breaker }] : [],
  );
  const ofInstances = (is: (of: Snapshot["instances"][string]) => boolean): Sample[] =>
    Object.values(instances).map((of) => ({
      labels: { service: of.service, instance: of.id },
      value: is(of) ? 1 : 0,
    }));
  return [
    {
      name: "fuseboard_breaker_state",
      help: "1 for the state that a service's breaker is in, 0 for the others.",
      type: "gauge",
      samples: breakers.flatMap(({ service, breaker }) =>
        BreakerStatus.options.map((state) => ({
          labels: { service, engine: breaker.engine, state },
          value: breaker.status === state ? 1 : 0,
        })),
      ),
    },
    {
      name: "fuseboard_breaker_transitions_total",
      help: "How often a service's breaker has changed its state.",
      type: "counter",
      samples: breakers.map(({ service, breaker }) => ({
        labels: { service },
        value: breaker.transitions,
      })),
    },
    {
      name: "fuseboard_instance_up",
      help: "1 while an instance runs.",
      type: "gauge",
      samples: ofInstances(({ phase }) => phase === "running"),
    },
    {
      name: "fuseboard_instance_healthy",
      help: "1 while an instance passes its health checks.",
      type: "gauge",
      samples: ofInstances(({ health }) => health === "passing"),
    },
    {
      name: "fuseboard_faults_active",
      help: "Injected faults that have not been taken back.",
      type: "gauge",
      samples: faultSamples(faults),
    },
  ];
}

/** Several of the same kind at the same target are one sample. */
function faultSamples(faults: Snapshot["faults"]): Sample[] {
  const counts = new Map<string, Sample>();
  for (const { fault, target } of Object.values(faults)) {
    const labels = { kind: fault.kind, target: faultTargetText(target) };
    const key = JSON.stringify(labels);
    counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  return [...counts.values()];
}
