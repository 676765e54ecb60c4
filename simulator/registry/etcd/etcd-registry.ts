import { noop } from "cockatiel";
import { Etcd3, EtcdLeaseInvalidError, type IOptions } from "etcd3";
import type { Scope } from "../../kernel/scope.ts";
import type { InstanceRecord, Registration, Registry, RegistryWatcher } from "../contract.ts";
import { instanceKey } from "../instance-keys.ts";
import { InstanceWatch } from "./instance-watch.ts";
import { KeepAlive } from "./keep-alive.ts";

/**
 * With a single address a breaker would only keep a registry away that is back. (The cast: etcd3
 * brings a cockatiel of its own, whose policies differ in nothing but a type.)
 */
const noBreaker = (() => noop) as unknown as NonNullable<IOptions["faultHandling"]>["host"];

/** A registry in an etcd, through the `etcd3` client. The client is closed with the scope. */
export class EtcdRegistry implements Registry {
  readonly kind: string;
  readonly address: string;
  readonly #client: Etcd3;
  readonly #keepAlive: KeepAlive;
  readonly #watches = new Set<InstanceWatch>();

  constructor(kind: string, address: string, scope: Scope) {
    this.kind = kind;
    this.address = address;
    this.#client = new Etcd3({ hosts: `http://${address}`, faultHandling: { host: noBreaker } });
    scope.add(() => {
      this.#client.close();
    });
    this.#keepAlive = new KeepAlive(() => this.#client.leaseClient.leaseKeepAlive(), scope);
  }

  async register(record: InstanceRecord, ttlMs: number): Promise<Registration> {
    const TTL = Math.ceil(ttlMs / 1000);
    const { ID: leaseId, TTL: granted } = await this.#client.leaseClient.leaseGrant({ TTL });
    const key = instanceKey(record.service, record.instance);
    const { header } = await this.#client.put(key).value(JSON.stringify(record)).lease(leaseId);
    this.#heardOf(header.revision);
    return {
      leaseId,
      ttlMs: Number(granted) * 1000,
      renew: async () => {
        const response = await this.#keepAlive.renew(leaseId);
        this.#heardOf(response.header.revision);
        return Number(response.TTL) * 1000;
      },
      revoke: () => this.#revoke(leaseId),
    };
  }

  async watch(watcher: RegistryWatcher, scope: Scope): Promise<void> {
    const watch = new InstanceWatch(this.#client, watcher, scope);
    this.#watches.add(watch);
    scope.add(() => {
      this.#watches.delete(watch);
    });
    await watch.start();
  }

  async #revoke(leaseId: string): Promise<void> {
    try {
      const { header } = await this.#client.leaseClient.leaseRevoke({ ID: leaseId });
      this.#heardOf(header.revision);
    } catch (error) {
      // It is gone already, which is what was wanted.
      if (!(error instanceof EtcdLeaseInvalidError)) throw error;
    }
  }

  #heardOf(revision: string): void {
    for (const watch of this.#watches) watch.heardOf(Number(revision));
  }
}
