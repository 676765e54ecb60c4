import type { BalancerKind, Beginning, CallSubject } from "../contract.ts";
import { addressBytes } from "./address-bytes.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import type { Pool } from "./pool.ts";
import { SlotSelection } from "./slot-selection.ts";

const START = 89;

/** The picks of nginx's `ip_hash`, after `ngx_http_upstream_get_ip_hash_peer`. */
class IpHashSelection extends SlotSelection {
  protected readonly subject: string;
  protected readonly emptiness = "There is no address";
  readonly #bytes: Uint8Array;
  /** Where the last pick that found somebody has left it. */
  #kept = START;
  #hash = START;

  constructor(pool: Pool, { client }: CallSubject, beginning: Beginning) {
    super(pool, beginning, "ip-hash");
    const address = addressBytes(client);
    const isIPv4 = address?.length === 4;
    // Anything else than an IP address, such as a Unix socket, counts as 0.0.0.
    this.#bytes = isIPv4 ? address.subarray(0, 3) : (address ?? new Uint8Array(3));
    this.subject = isIPv4 ? `${address.subarray(0, 3).join(".")}.*` : client || "no address";
  }

  protected override choose(...of: Parameters<SlotSelection["choose"]>) {
    this.#hash = this.#kept;
    return super.choose(...of);
  }

  protected nextHash(): number {
    for (const byte of this.#bytes) this.#hash = (this.#hash * 113 + byte) % 6271;
    return this.#hash;
  }

  protected found(): void {
    this.#kept = this.#hash;
  }

  protected override restart(): void {
    super.restart();
    this.#kept = START;
  }
}

export const ipHash: BalancerKind = {
  id: "ip-hash",
  explanation:
    "nginx's ip_hash. The caller's address decides: the first three numbers of an IPv4 address, all of an IPv6 address, are hashed to one of as many slots as the weights sum up to. A caller stays at its instance as long as that one can be picked; an instance that is down keeps its slots, so that the others' callers stay where they are. Neighbours in a network share an instance, and behind one proxy everybody does.",
  create: (spec, deps) =>
    new NginxBalancer(
      spec,
      deps,
      (pool, subject, beginning) => new IpHashSelection(pool, subject, beginning),
    ),
};
