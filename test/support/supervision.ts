import { systemClock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { Supervisor, type SupervisorDeps } from "../../simulator/instances/supervisor.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import type { Snapshot } from "../../simulator/protocol/model.ts";
import { emptySnapshot, reduce } from "../../simulator/protocol/reduce.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { runtimes } from "../../simulator/runtimes/index.ts";
import { MemoryRegistry } from "./memory-registry.ts";
import { testContext } from "./runtime-harness.ts";
import { tempFolder } from "./temp-folder.ts";
import { until } from "./until.ts";

/** A supervisor over a registry in memory, and what it told. */
export interface Supervision {
  readonly supervisor: Supervisor;
  readonly registry: MemoryRegistry;
  readonly facts: readonly Fact[];
  /** The state that the eyes would see. */
  state(): Snapshot;
  define(service: string, file: ServiceFile): Promise<{ readonly ok: boolean }>;
  /** Waits for a fact that comes after those that there are. */
  next<K extends Fact["kind"]>(
    kind: K,
    matches?: (fact: Extract<Fact, { kind: K }>) => boolean,
  ): Promise<Extract<Fact, { kind: K }>>;
}

/** Supervises in the scope; functions come from `root`. Registered instances count as healthy. */
export async function supervise(
  scope: Scope,
  root: string,
  change: Partial<SupervisorDeps> = {},
): Promise<Supervision> {
  const log = new EventLog(systemClock);
  const facts: Fact[] = [];
  let state = emptySnapshot();
  log.subscribe((fact) => {
    facts.push(structuredClone(fact));
    state = reduce(state, fact);
  });
  const registry = new MemoryRegistry(scope);
  const supervisor = new Supervisor({
    registry: Promise.resolve(registry),
    log,
    clock: systemClock,
    context: change.context ?? testContext(await tempFolder(scope, "cache"), { root }),
    runtimes,
    leaseTtlMs: 10_000,
    settled: async (_service, id, signal) => {
      await until(() => signal.aborted || registry.find(id) !== undefined, { timeoutMs: 10_000 });
      signal.throwIfAborted();
    },
    drained: () => Promise.resolve(),
    scope,
    ...change,
  });
  return {
    supervisor,
    registry,
    facts,
    state: () => state,
    define: (service, file) => supervisor.define(service, ServiceSpec.parse(file)),
    next(kind, matches = () => true) {
      type Wanted = Extract<Fact, { kind: typeof kind }>;
      return new Promise((resolve, reject) => {
        const late = setTimeout(() => {
          stop();
          reject(new Error(`There was no ${kind} within 20s.`));
        }, 20_000);
        const stop = log.subscribe((fact) => {
          if (fact.kind !== kind || !matches(fact as Wanted)) return;
          clearTimeout(late);
          stop();
          resolve(fact as Wanted);
        });
      });
    },
  };
}
