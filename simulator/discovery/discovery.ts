import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Scope } from "../kernel/scope.ts";
import type { HealthCheck, HealthStatus } from "../protocol/model.ts";
import type { InstanceRecord, RegistryWatcher } from "../registry/contract.ts";
import { Throttle } from "./throttle.ts";

/** What discovery feeds: the view of one service. */
export interface DiscoveredView {
  put(endpoint: {
    id: string;
    host: string;
    port: number;
    weight: number;
    slot?: number | undefined;
  }): void;
  remove(id: string): void;
  setHealth(id: string, health: HealthStatus): void;
}

export interface DiscoveryDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly scope: Scope;
  /** The view of a service; undefined for records of services that are not defined. */
  view(service: string): DiscoveredView | undefined;
  /** Checks an endpoint's health until the scope ends. */
  check(
    record: InstanceRecord,
    listener: { checked(check: HealthCheck): void; changed(status: HealthStatus): void },
    scope: Scope,
  ): void;
  /** An endpoint is gone: nobody needs connections to it. */
  gone(record: InstanceRecord): void;
}

/** Follows the registry: who is there, and by health checks, who is well. */
export class Discovery implements RegistryWatcher {
  readonly #deps: DiscoveryDeps;
  readonly #known = new Map<string, { record: InstanceRecord; checks: Scope }>();
  readonly #revisions: Throttle<number>;

  constructor(deps: DiscoveryDeps) {
    this.#deps = deps;
    this.#revisions = new Throttle(100, deps.scope, (revision) => {
      deps.log.append({ kind: "registry-revised", revision });
    });
  }

  put(record: InstanceRecord, revision: number): void {
    const { instance, service, host, port, weight, slot } = record;
    const view = this.#deps.view(service);
    if (!view) return;
    const before = this.#known.get(instance);
    view.put({ id: instance, host, port, weight, slot });
    if (before?.record.port === port && before.record.host === host) {
      before.record = record;
      return;
    }
    if (before) this.#leave(before);
    const checks = this.#deps.scope.child();
    this.#known.set(instance, { record, checks });
    const address = `${host}:${port}`;
    this.#deps.log.append({ kind: "endpoint-added", instance, service, address, revision });
    this.#deps.check(
      record,
      {
        checked: (check) => {
          this.#deps.log.append({ kind: "health-checked", instance, check });
        },
        changed: (health) => {
          this.#deps.log.append({ kind: "health-changed", instance, health });
          view.setHealth(instance, health);
        },
      },
      checks,
    );
  }

  deleted(service: string, instance: string, revision: number): void {
    const known = this.#known.get(instance);
    if (!known) return;
    this.#known.delete(instance);
    this.#leave(known);
    this.#deps.log.append({ kind: "endpoint-removed", instance, service, revision });
    this.#deps.view(service)?.remove(instance);
  }

  revised(revision: number): void {
    this.#revisions.say(revision);
  }

  ignored(message: string): void {
    this.#report("warning", "registry-record", message);
  }

  failed(error: Error): void {
    const message = `The gateway lost the registry's watch: ${messageOf(error)} Restart the cluster.`;
    this.#report("error", "registry", message);
  }

  #report(severity: "error" | "warning", key: string, message: string): void {
    const at = this.#deps.clock.now();
    this.#deps.log.append({ kind: "problem-found", problem: { key, severity, message, at } });
  }

  #leave({ record, checks }: { record: InstanceRecord; checks: Scope }): void {
    void checks.dispose();
    this.#deps.gone(record);
  }
}
