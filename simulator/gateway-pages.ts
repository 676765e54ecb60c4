import type { Page } from "./gateway/gateway.ts";
import { systemClock } from "./kernel/clock.ts";
import type { EventLog } from "./kernel/event-log.ts";
import type { Scope } from "./kernel/scope.ts";
import { CallMetrics } from "./metrics/call-metrics.ts";
import { MetricsPage } from "./metrics/metrics-page.ts";
import type { Observation } from "./observation/observation.ts";
import type { Services } from "./services.ts";
import { HystrixEndpoint } from "./streams/hystrix-endpoint.ts";
import type { StreamedCircuit } from "./streams/stream-format.ts";

export interface PageParts {
  readonly services: Pick<Services, "names" | "find">;
  readonly observation: Observation;
  /** Absent: calls are not recorded. */
  readonly log: EventLog | undefined;
}

/** What the gateway serves besides the services, by path. A service of that name comes first. */
export function gatewayPages(
  { services, observation, log }: PageParts,
  scope: Scope,
): ReadonlyMap<string, Page> {
  const calls = new CallMetrics();
  observation.traces.observe(calls.observer);
  if (log) scope.add(log.subscribe(calls.sink));
  const metrics = new MetricsPage(() => observation.snapshot(), calls);
  const stream = new HystrixEndpoint({
    clock: systemClock,
    circuits: () => services.names.flatMap((name) => circuitOf(services, name) ?? []),
    hasNetflix: () =>
      services.names.some((name) => services.find(name)?.spec.breaker?.engine === "hystrix"),
  });
  return new Map([
    ["metrics", metrics.serve],
    ["hystrix.stream", stream.serve],
  ]);
}

/** Its circuit, when its engine is one of Hystrix's. */
function circuitOf(services: PageParts["services"], name: string): StreamedCircuit | undefined {
  const service = services.find(name);
  const spec = service?.spec.breaker;
  if (spec?.engine !== "hystrix" && spec?.engine !== "hystrix-go") return undefined;
  const circuit = service?.guard.circuit;
  const metrics = circuit?.metrics();
  return circuit && metrics && { name, spec, status: circuit.state.status, metrics };
}
