import type { BalancerKind, Beginning, CallSubject } from "../contract.ts";
import { crc32 } from "../hashing/crc32.ts";
import { compileKey, type HashKey, whyEmpty } from "./hash-key.ts";
import { NginxBalancer } from "./nginx-balancer.ts";
import type { Pool } from "./pool.ts";
import { SlotSelection } from "./slot-selection.ts";

/** The picks of nginx's `hash`, after `ngx_http_upstream_get_hash_peer`. */
class HashSelection extends SlotSelection {
  protected readonly subject: string;
  protected readonly emptiness: string;
  readonly #key: Buffer;
  #rehash = 0;
  #hash = 0;

  constructor(pool: Pool, subject: CallSubject, beginning: Beginning, key: HashKey) {
    super(pool, beginning, "hash");
    this.#key = key.of(subject);
    this.emptiness = whyEmpty(key);
    this.subject = this.#key.length === 0 ? "" : key.text;
  }

  /** Compatible with Cache::Memcached: the sum over `[REHASH]KEY`, REHASH from the second on. */
  protected nextHash(): number {
    const again = this.#rehash > 0 ? Buffer.from(String(this.#rehash)) : undefined;
    const bytes = again ? Buffer.concat([again, this.#key]) : this.#key;
    this.#hash = (this.#hash + ((crc32(bytes) >>> 16) & 0x7fff)) >>> 0;
    this.#rehash++;
    return this.#hash;
  }

  protected found(): void {
    // The next pick goes on from here.
  }

  protected override restart(): void {
    super.restart();
    this.#rehash = 0;
    this.#hash = 0;
  }
}

export const hash: BalancerKind = {
  id: "hash",
  explanation:
    "nginx's hash. The CRC-32 of a key, such as $request_uri, points to one of as many slots as the weights sum up to: the same key goes to the same instance, which is good for caches. When that one cannot be picked the key is hashed again. An instance that comes or goes moves nearly all keys; consistent-hash moves few.",
  create(spec, deps) {
    const key = compileKey(spec.key);
    return new NginxBalancer(
      spec,
      deps,
      (pool, subject, beginning) => new HashSelection(pool, subject, beginning, key),
    );
  },
};
