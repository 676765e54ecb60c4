import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { InstanceRecord, Registration, Registry } from "../registry/contract.ts";

export interface KeeperDeps {
  readonly registry: Promise<Registry>;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly leaseTtlMs: number;
  /** The registry could not be reached; it is tried again at the next beat. */
  failed(error: unknown): void;
}

/**
 * Keeps one instance registered: its lease is renewed at the process's own beats, so that a
 * process that hangs or is frozen loses it, and gets a new one when it beats again.
 */
export class Keeper {
  readonly #deps: KeeperDeps;
  readonly #record: InstanceRecord;
  #registration: Registration | undefined;
  /** What is being asked of the registry; one thing at a time. */
  #underWay: Promise<void> | undefined;
  #closed = false;

  constructor(deps: KeeperDeps, record: InstanceRecord) {
    this.#deps = deps;
    this.#record = record;
  }

  /** Registers under a new lease; resolves when that is done. Rejects when it cannot be. */
  async register(): Promise<void> {
    const registry = await this.#deps.registry;
    const registration = await registry.register(this.#record, this.#deps.leaseTtlMs);
    if (this.#closed) {
      await registration.revoke();
      return;
    }
    this.#registration = registration;
    this.#tell("lease-granted", registration, registration.ttlMs);
  }

  /** The process is alive by its own word. */
  beat(): void {
    if (this.#closed || this.#underWay) return;
    this.#underWay = this.#renew()
      .catch((error: unknown) => {
        if (!this.#closed) this.#deps.failed(error);
      })
      .finally(() => {
        this.#underWay = undefined;
      });
  }

  async #renew(): Promise<void> {
    const registration = this.#registration;
    const leftMs = (await registration?.renew()) ?? 0;
    if (this.#closed) return;
    if (registration && leftMs > 0) {
      this.#tell("lease-renewed", registration, leftMs);
    } else {
      this.#ended("expired");
      await this.register();
    }
  }

  /** The registry says that the key is gone: unless it was given back, the lease ran out. */
  lost(): void {
    this.#ended("expired");
  }

  /** Gives the lease back, and takes no more. */
  async revoke(): Promise<void> {
    this.close();
    await this.#underWay;
    const registration = this.#registration;
    if (!registration) return;
    await registration.revoke();
    this.#ended("revoked");
  }

  /** Renews no more: the lease runs out by itself. */
  close(): void {
    this.#closed = true;
  }

  #ended(because: "expired" | "revoked"): void {
    if (!this.#registration) return;
    this.#registration = undefined;
    this.#deps.log.append({ kind: "lease-ended", instance: this.#record.instance, because });
  }

  #tell(kind: "lease-granted" | "lease-renewed", of: Registration, leftMs: number): void {
    const expiresAt = this.#deps.clock.now() + leftMs;
    const lease = { id: of.leaseId, ttlMs: of.ttlMs, expiresAt };
    this.#deps.log.append({ kind, instance: this.#record.instance, lease });
  }
}
