import type { Scope } from "../../simulator/kernel/scope.ts";
import type {
  InstanceRecord,
  Registration,
  Registry,
  RegistryWatcher,
} from "../../simulator/registry/contract.ts";

interface Entry {
  readonly record: InstanceRecord;
  readonly lease: string;
}

/** A registry in memory: real leases that really run out, and watches; no network. */
export class MemoryRegistry implements Registry {
  readonly kind = "memory";
  readonly address = "memory";
  readonly #entries = new Map<string, Entry>();
  readonly #leases = new Map<string, NodeJS.Timeout>();
  readonly #watchers = new Set<RegistryWatcher>();
  #revision = 1;
  #nextLease = 1;

  constructor(scope: Scope) {
    scope.add(() => {
      for (const timer of this.#leases.values()) clearTimeout(timer);
    });
  }

  get records(): readonly InstanceRecord[] {
    return [...this.#entries.values()].map(({ record }) => record);
  }

  /** The record of an instance; undefined when it is not registered. */
  find(instance: string): InstanceRecord | undefined {
    return this.#entries.get(instance)?.record;
  }

  register(record: InstanceRecord, ttlMs: number): Promise<Registration> {
    const lease = String(this.#nextLease++);
    const arm = () => {
      clearTimeout(this.#leases.get(lease));
      this.#leases.set(
        lease,
        setTimeout(() => this.#end(lease), ttlMs),
      );
    };
    arm();
    this.#entries.set(record.instance, { record, lease });
    this.#revision++;
    for (const watcher of this.#watchers) watcher.put(record, this.#revision);
    return Promise.resolve({
      leaseId: lease,
      ttlMs,
      renew: () => {
        if (!this.#leases.has(lease)) return Promise.resolve(0);
        arm();
        return Promise.resolve(ttlMs);
      },
      revoke: () => {
        this.#end(lease);
        return Promise.resolve();
      },
    });
  }

  watch(watcher: RegistryWatcher, scope: Scope): Promise<void> {
    for (const { record } of this.#entries.values()) watcher.put(record, this.#revision);
    this.#watchers.add(watcher);
    scope.add(() => {
      this.#watchers.delete(watcher);
    });
    return Promise.resolve();
  }

  #end(lease: string): void {
    clearTimeout(this.#leases.get(lease));
    if (!this.#leases.delete(lease)) return;
    for (const [instance, entry] of this.#entries) {
      if (entry.lease !== lease) continue;
      this.#entries.delete(instance);
      this.#revision++;
      for (const watcher of this.#watchers) {
        watcher.deleted(entry.record.service, instance, this.#revision);
      }
    }
  }
}
