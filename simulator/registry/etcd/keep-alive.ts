import type { ILeaseKeepAliveResponse } from "etcd3";
import type { Scope } from "../../kernel/scope.ts";
import { Renewals, type KeepAliveStream } from "./renewals.ts";

/** Renews leases, all over one stream, which is opened when needed, and anew after it broke. */
export class KeepAlive {
  readonly #open: () => Promise<KeepAliveStream>;
  readonly #scope: Scope;
  #renewals: Renewals | undefined;
  #opening: Promise<Renewals> | undefined;

  constructor(open: () => Promise<KeepAliveStream>, scope: Scope) {
    this.#open = open;
    this.#scope = scope;
    scope.add(() => {
      this.#renewals?.close(new Error("The registry's client was closed."));
    });
  }

  /** Renews one lease. Rejects when the registry cannot be reached. */
  async renew(leaseId: string): Promise<ILeaseKeepAliveResponse> {
    if (this.#renewals && !this.#renewals.broken) return this.#renewals.renew(leaseId);
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = undefined;
    });
    return (await this.#opening).renew(leaseId);
  }

  async #connect(): Promise<Renewals> {
    const renewals = new Renewals(await this.#open());
    if (this.#scope.ended) renewals.close(new Error("The registry's client was closed."));
    this.#renewals = renewals;
    return renewals;
  }
}
