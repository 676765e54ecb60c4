import { Discovery } from "./discovery/discovery.ts";
import type { Injector } from "./faults/injector.ts";
import type { PooledWire } from "./gateway/pooled-wire.ts";
import { HealthChecker } from "./health/health-checker.ts";
import { healthKinds } from "./health/index.ts";
import { checkTimesOf } from "./protocol/check-times.ts";
import { systemClock } from "./kernel/clock.ts";
import { FuseboardError } from "./kernel/errors.ts";
import type { EventLog } from "./kernel/event-log.ts";
import type { Scope } from "./kernel/scope.ts";
import type { HealthCheck } from "./protocol/model.ts";
import type { ClusterSpec } from "./protocol/spec.ts";
import type { Registry } from "./registry/contract.ts";
import type { Services } from "./services.ts";

export interface RegistryParts {
  readonly spec: ClusterSpec;
  readonly services: Services;
  readonly injector: Injector;
  readonly wire: PooledWire;
  readonly log: EventLog;
  /** Whether a debugger holds an instance: its failed checks do not count. */
  readonly isDebugged: (instance: string) => boolean;
}

/** Opens the registry, and follows it: endpoints and their health go into the services' views. */
export async function openRegistry(parts: RegistryParts, scope: Scope): Promise<Registry> {
  const { spec, services, injector, wire, log } = parts;
  // Loaded only now: the largest part of the simulator, and the first processes need no registry.
  const { registryKinds } = await import("./registry/index.ts");
  const kind = registryKinds.find((candidate) => candidate.kind === spec.registry.kind);
  if (!kind) {
    throw new FuseboardError("unknown-registry", `There is no registry "${spec.registry.kind}".`);
  }
  const registry = await kind.open({ port: spec.registry.port }, scope);
  log.append({ kind: "registry-opened", registryKind: registry.kind, address: registry.address });
  const checkers = healthKinds.map((kind) => ({
    kind: kind.id,
    checker: new HealthChecker(systemClock, kind, {
      before: ({ instance, service }, { http }, signal) =>
        injector.passCheck({ instance, service, path: kind.asks ? http : undefined }, signal),
      isDebugged: parts.isDebugged,
    }),
  }));
  const discovery = new Discovery({
    log,
    clock: systemClock,
    scope,
    view: (service) => services.find(service)?.view,
    check: (record, listener, checks) => {
      const service = services.find(record.service);
      if (!service) return;
      const { health, balancer } = service.spec;
      const server = balancer.servers?.[record.slot ?? 0];
      const { checker } = checkers.find(({ kind }) => kind === health.kind) ?? {};
      if (server?.check === false || !checker) {
        listener.changed("passing");
        return;
      }
      const told = {
        changed: listener.changed.bind(listener),
        checked: (check: HealthCheck) => {
          listener.checked(check);
          if (check.ok) service.view.checkPassed(record.instance);
        },
      };
      const settings = { ...health, ...checkTimesOf(health, server) };
      const suspect = checker.watch(record, settings, told, checks, balancer.version);
      service.view.suspicions.set(record.instance, (_, onError) => {
        suspect(onError);
      });
    },
    gone: ({ host, port }) => wire.forget(host, port),
  });
  await registry.watch(discovery, scope);
  return registry;
}
