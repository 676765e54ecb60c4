import type { Callers } from "./callers.ts";
import { Pipeline } from "./call/pipeline.ts";
import type { Injector } from "./faults/injector.ts";
import { Gateway } from "./gateway/gateway.ts";
import { gatewayPages } from "./gateway-pages.ts";
import { newCallId } from "./gateway/ids.ts";
import type { PooledWire } from "./gateway/pooled-wire.ts";
import { systemClock } from "./kernel/clock.ts";
import type { EventLog } from "./kernel/event-log.ts";
import type { Scope } from "./kernel/scope.ts";
import type { Observation } from "./observation/observation.ts";
import type { ClusterSpec } from "./protocol/spec.ts";
import type { Services } from "./services.ts";

export interface GatewayParts {
  readonly spec: ClusterSpec;
  readonly services: Services;
  readonly injector: Injector;
  readonly wire: PooledWire;
  /** Absent: calls are not recorded. */
  readonly log: EventLog | undefined;
  readonly observation: Observation;
  readonly callers: Callers;
}

/** Opens the gateway on the pipeline of calls; resolves with its URL. */
export function openGateway(parts: GatewayParts, scope: Scope): Promise<string> {
  const { spec, services, injector, wire, log } = parts;
  const calls = new Pipeline({
    clock: systemClock,
    wire,
    faults: injector,
    log,
    service: (name) => services.find(name),
    newId: newCallId,
  });
  const gateway = new Gateway({
    calls,
    pages: gatewayPages(parts, scope),
    services: () => services.names,
    has: (name) => services.find(name) !== undefined,
    isFunction: (name) => services.isFunction(name),
    callerOf: (token) => parts.callers.of(token),
    maxBody: spec.gateway.maxBody,
  });
  return gateway.listen(spec.gateway.port, scope);
}
