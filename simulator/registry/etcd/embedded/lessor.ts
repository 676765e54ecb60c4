import type { Clock } from "../../../kernel/clock.ts";
import type { Random } from "../../../kernel/random.ts";
import type { Change } from "./change-log.ts";
import { refusal } from "./etcd-error.ts";
import { keyText, type KeyText } from "./key-range.ts";
import type { Store } from "./store.ts";

/** How often `expireDue` is to be called, in ms. */
export const EXPIRY_SCAN_MS = 500;

/** The shortest time that is granted: 1.5 election timeouts of 1s, in whole seconds. */
const MIN_TTL_S = 2;
const MAX_TTL_S = 9_000_000_000;
const MAX_EXPIRED_PER_SCAN = 500;

interface Lease {
  readonly id: string;
  readonly ttlS: number;
  readonly keys: Set<KeyText>;
  /** When it runs out, by the lessor's clock. */
  expiresAtMs: number;
}

/** What is told of a lease. Seconds left are whole ones, rounded down. */
export interface LeaseStatus {
  readonly remainingS: number;
  readonly ttlS: number;
  /** In byte order. */
  readonly keys: readonly Buffer[];
}

/** Grants leases, knows their keys, and deletes those when a lease ends. */
export class Lessor {
  readonly #leases = new Map<string, Lease>();
  readonly #leaseOfKey = new Map<KeyText, Lease>();
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(store: Store, clock: Clock, random: Random) {
    this.#store = store;
    this.#clock = clock;
    this.#random = random;
    store.onChange((change) => {
      this.#attach(change);
    });
  }

  has(id: string): boolean {
    return this.#leases.has(id);
  }

  /** Grants a lease; id "0" lets the lessor choose one. */
  grant(id: string, ttlS: number): { readonly id: string; readonly ttlS: number } {
    if (ttlS > MAX_TTL_S) throw refusal("leaseTtlTooLarge");
    const chosen = id === "0" ? this.#newId() : id;
    if (this.#leases.has(chosen)) throw refusal("leaseExists");
    const granted = Math.max(ttlS, MIN_TTL_S);
    const expiresAtMs = this.#clock.now() + granted * 1000;
    this.#leases.set(chosen, { id: chosen, ttlS: granted, keys: new Set(), expiresAtMs });
    return { id: chosen, ttlS: granted };
  }

  /** Ends a lease; its keys are deleted in one revision. */
  revoke(id: string): void {
    const lease = this.#leases.get(id);
    if (!lease) throw refusal("leaseNotFound");
    this.#leases.delete(id);
    const keys = [...lease.keys].sort();
    this.#store.write((txn) => {
      for (const start of keys) txn.delete({ kind: "one", start });
    });
  }

  /** Starts the lease's time anew; returns it in seconds, or 0 when there is no such lease. */
  renew(id: string): number {
    const lease = this.#leases.get(id);
    if (!lease) return 0;
    const now = this.#clock.now();
    if (now >= lease.expiresAtMs) {
      // It has run out and only waits for the next scan: too late.
      this.revoke(id);
      return 0;
    }
    lease.expiresAtMs = now + lease.ttlS * 1000;
    return lease.ttlS;
  }

  status(id: string): LeaseStatus | undefined {
    const lease = this.#leases.get(id);
    if (!lease) return undefined;
    const remainingS = Math.trunc((lease.expiresAtMs - this.#clock.now()) / 1000);
    const keys = [...lease.keys].sort().map((key) => Buffer.from(key, "latin1"));
    return { remainingS, ttlS: lease.ttlS, keys };
  }

  /** Ids of all leases, the one that ends first in front. */
  ids(): string[] {
    return this.#byExpiry().map(({ id }) => id);
  }

  /** Ends the leases that have run out. */
  expireDue(): void {
    const now = this.#clock.now();
    const due = this.#byExpiry().filter(({ expiresAtMs }) => expiresAtMs <= now);
    for (const { id } of due.slice(0, MAX_EXPIRED_PER_SCAN)) this.revoke(id);
  }

  #byExpiry(): Lease[] {
    return [...this.#leases.values()].sort((a, b) => a.expiresAtMs - b.expiresAtMs);
  }

  /** Follows the writes: each put moves its key to the lease that it names. */
  #attach({ events }: Change): void {
    for (const { kv } of events) {
      const key = keyText(kv.key);
      this.#leaseOfKey.get(key)?.keys.delete(key);
      const lease = this.#leases.get(kv.lease);
      if (lease) {
        lease.keys.add(key);
        this.#leaseOfKey.set(key, lease);
      } else {
        this.#leaseOfKey.delete(key);
      }
    }
  }

  /** A positive 63-bit id that is not in use. */
  #newId(): string {
    for (;;) {
      const high = BigInt(Math.floor(this.#random.next() * 2 ** 31));
      const low = BigInt(Math.floor(this.#random.next() * 2 ** 32));
      const id = ((high << 32n) | low).toString();
      if (id !== "0" && !this.#leases.has(id)) return id;
    }
  }
}
