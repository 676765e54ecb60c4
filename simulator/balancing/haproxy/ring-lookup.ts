import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { CallSubject } from "../contract.ts";
import type { CallKey } from "./call-key.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import { HashRing } from "./hash-ring.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";
import { RingTurns } from "./ring-turns.ts";

/** The lookup of `hash-type consistent`, with bounded loads by `hash-balance-factor`. */
export class RingLookup implements Lookup {
  readonly kind = "hash";
  readonly dynamic = true;
  readonly linesUp = false;
  readonly score = "points on the ring, the one nearest to the key wins";
  readonly #deps: LookupDeps;
  readonly #key: CallKey;
  readonly #active = new HashRing();
  readonly #backup = new HashRing();
  readonly #turns = new RingTurns();
  /** The most points that each server has had place for. */
  readonly #places = new Map<HaproxyServer, number>();

  constructor(deps: LookupDeps, key: CallKey) {
    this.#deps = deps;
    this.#key = key;
  }

  begin(servers: readonly HaproxyServer[]): void {
    const usable = servers.filter((server) => server.usable);
    this.#active.begin(usable.filter((server) => !server.isBackup));
    this.#backup.begin(usable.filter((server) => server.isBackup));
    for (const server of servers) this.#places.set(server, server.effective);
    noteWeightsBefore(servers);
  }

  added(server: HaproxyServer): void {
    this.reweighed(server, 0);
  }

  removed(server: HaproxyServer, before: number): void {
    this.#turns.resize(this.#ringOf(server), server, before, 0);
  }

  reweighed(server: HaproxyServer, before: number): void {
    const ring = this.#ringOf(server);
    const { effective } = server;
    // More points than ever: HAProxy takes all of them out first, and round robin moves on.
    const grows = effective > (this.#places.get(server) ?? 0);
    if (grows) {
      this.#places.set(server, effective);
      this.#turns.resize(ring, server, before, 0);
    }
    this.#turns.resize(ring, server, grows ? 0 : before, effective);
  }

  find(subject: CallSubject, avoid: HaproxyServer | undefined): Finding {
    const { groups, hasRoom } = this.#deps;
    const alone = groups.used === 1 && !this.#key.soughtAlone;
    const hash = alone ? 0 : this.#key.of(subject);
    if (groups.active === 0 && groups.firstBackup) {
      const server = groups.firstBackup;
      return { server, reason: () => `${server.id} is the backup in use; no other server is up.` };
    }
    const ring = groups.active > 0 ? this.#active : this.#backup;
    if (hash !== undefined) return this.#nearest(ring, hash, avoid, `The ${this.#key.name}`);
    const server = this.#turns.next(ring, hasRoom, avoid);
    const why = `The call has no ${this.#key.name}, so it went round: `;
    return { server, reason: () => `${why}${server?.id ?? ""} has the next point of the ring.` };
  }

  scoreOf(server: HaproxyServer): number {
    return server.usable ? server.effective : 0;
  }

  picture(): Pick<BalancerPicture, "ring"> {
    const backup = this.#deps.groups.active === 0;
    return { ring: (backup ? this.#backup : this.#active).picture() };
  }

  /** The nearest point's server, or the next one's that is neither avoided nor overloaded. */
  #nearest(ring: HashRing, hash: number, avoid: HaproxyServer | undefined, what: string): Finding {
    const first = ring.nearest(hash);
    let index = first;
    let server = ring.ownerAt(index);
    let rounds = 0;
    while (server && (server === avoid || !this.#isWithinBounds(server))) {
      index++;
      if (index >= ring.size) {
        index = 0;
        // Everybody is avoided or overloaded.
        if (++rounds > 1) break;
      }
      server = ring.ownerAt(index);
    }
    const nearest = ring.ownerAt(first)?.id ?? "";
    const how = server?.id === nearest ? "" : ` that is free; nearest would have been ${nearest}`;
    return {
      server,
      reason: () => `${what} hashes nearest to a point of ${server?.id ?? ""}${how}.`,
    };
  }

  /** `hash-balance-factor`: no server carries more than its share of the mean load. */
  #isWithinBounds(server: HaproxyServer): boolean {
    const factor = this.#deps.spec.hash?.balanceFactor ?? 0;
    if (factor === 0) return true;
    const { weight } = this.#deps.groups;
    const slots = Math.floor(((this.#deps.served() + 1) * factor + 99) / 100);
    const rest = slots % weight;
    const before = server.weightBefore;
    const share =
      server.effective * Math.floor(slots / weight) +
      Math.floor(((before + server.effective) * rest) / weight) -
      Math.floor((before * rest) / weight);
    return server.served < Math.max(share, 1);
  }

  #ringOf(server: HaproxyServer): HashRing {
    return server.isBackup ? this.#backup : this.#active;
  }
}

/** HAProxy sums them up at its start and leaves them as they are when servers come and go. */
function noteWeightsBefore(servers: readonly HaproxyServer[]): void {
  const sums = { active: 0, backup: 0 };
  for (const server of servers) {
    if (!server.usable) continue;
    const group = server.isBackup ? "backup" : "active";
    server.weightBefore = sums[group];
    sums[group] += server.effective;
  }
}
