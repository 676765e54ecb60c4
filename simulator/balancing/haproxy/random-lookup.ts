import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { CallSubject } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import { HashRing } from "./hash-ring.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";
import { SecondRate } from "./second-rate.ts";
import { hasRelease } from "../../kernel/release.ts";

/** The lookup of `balance random`: some points of the ring by chance, the least loaded of them. */
export class RandomLookup implements Lookup {
  readonly kind = "turns";
  readonly dynamic = true;
  readonly linesUp = false;
  readonly score = "in flight for the weight of those drawn, lowest wins";
  readonly #deps: LookupDeps;
  readonly #active = new HashRing();
  readonly #backup = new HashRing();
  /** Picks in the last second, which settle ties since 3.3. */
  readonly #rates: Map<HaproxyServer, SecondRate> | undefined;

  constructor(deps: LookupDeps) {
    this.#deps = deps;
    if (hasRelease(deps.spec.version, "3.3")) this.#rates = new Map();
  }

  begin(servers: readonly HaproxyServer[]): void {
    const usable = servers.filter((server) => server.usable);
    this.#active.begin(usable.filter((server) => !server.isBackup));
    this.#backup.begin(usable.filter((server) => server.isBackup));
  }

  added(server: HaproxyServer): void {
    this.reweighed(server, 0);
  }

  removed(server: HaproxyServer, before: number): void {
    this.#ringOf(server.isBackup).resize(server, before, 0);
  }

  reweighed(server: HaproxyServer, before: number): void {
    this.#ringOf(server.isBackup).resize(server, before, server.effective);
  }

  picked(server: HaproxyServer): void {
    if (!this.#rates) return;
    let rate = this.#rates.get(server);
    if (!rate) {
      rate = new SecondRate();
      this.#rates.set(server, rate);
    }
    rate.count(this.#deps.clock.now());
  }

  find(_subject: CallSubject, avoid: HaproxyServer | undefined): Finding {
    const { groups, hasRoom, spec } = this.#deps;
    if (groups.active === 0 && groups.firstBackup) {
      const server = groups.firstBackup;
      const reason = () => `${server.id} is the backup in use; no other server is up.`;
      return { server: hasRoom(server) ? server : undefined, reason };
    }
    const ring = this.#ringOf(groups.active === 0);
    const drawn = new Set<HaproxyServer>();
    let best: HaproxyServer | undefined;
    for (let i = 0; i < spec.draws; i++) {
      const server = this.#draw(ring, avoid);
      if (!server) break;
      drawn.add(server);
      if (!best || best === server || !this.#isBetter(best, server)) best = server;
    }
    const server = best && hasRoom(best) ? best : undefined;
    const names = [...drawn].map(({ id }) => id).join(", ");
    const scores = new Map([...drawn].map((each) => [each, (each.served * 16) / each.effective]));
    const reason = () => `Drew ${names}; ${server?.id ?? ""} has the least to do for its weight.`;
    return { server, reason, scores };
  }

  scoreOf(): undefined {
    // Only the draws say whom it looks at.
    return undefined;
  }

  picture(): Pick<BalancerPicture, "ring"> {
    return { ring: this.#ringOf(this.#deps.groups.active === 0).picture() };
  }

  /** A server by chance, the next one on the ring if it is to be avoided. */
  #draw(ring: HashRing, avoid: HaproxyServer | undefined): HaproxyServer | undefined {
    if (ring.size === 0) return undefined;
    let index = ring.nearest(Math.floor(this.#deps.random.next() * 2 ** 32));
    for (let rounds = 0; ring.ownerAt(index) === avoid && rounds < 2;) {
      index++;
      if (index < ring.size) continue;
      index = 0;
      rounds++;
    }
    return ring.ownerAt(index);
  }

  /** Whether the best so far stays the best; without rates the last one drawn wins a tie. */
  #isBetter(best: HaproxyServer, other: HaproxyServer): boolean {
    const load = other.served * best.effective - best.served * other.effective;
    if (load !== 0 || !this.#rates) return load > 0;
    const now = this.#deps.clock.now();
    const rate = (server: HaproxyServer) => this.#rates?.get(server)?.at(now) ?? 0;
    return rate(other) * best.effective > rate(best) * other.effective;
  }

  #ringOf(backup: boolean): HashRing {
    return backup ? this.#backup : this.#active;
  }
}
