import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { CallSubject } from "../contract.ts";
import type { CallKey } from "./call-key.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";
import { SlotMap } from "./slot-map.ts";

/** Slots of the map that a picture shows at most. */
const MOST_SLOTS = 4096;

/** The lookup of `balance static-rr` and, with a key, of `hash-type map-based`. */
export class MapLookup implements Lookup {
  readonly kind: "turns" | "hash";
  readonly dynamic = false;
  readonly linesUp: boolean;
  readonly score: string;
  readonly #deps: LookupDeps;
  readonly #key: CallKey | undefined;
  readonly #map: SlotMap;
  #next = 0;

  constructor(deps: LookupDeps, key?: CallKey) {
    this.#deps = deps;
    this.#key = key;
    this.#map = new SlotMap(deps.groups);
    this.kind = key ? "hash" : "turns";
    this.linesUp = !key;
    this.score = key
      ? "slots in the map, the one whose slot the key falls on wins"
      : "slots in the map, the one whose slot is next wins";
  }

  begin(): void {
    this.#map.changed();
  }

  added(): void {
    this.#map.changed();
  }

  removed(): void {
    this.#map.changed();
  }

  reweighed(): void {
    this.#map.changed();
  }

  find(subject: CallSubject, avoid: HaproxyServer | undefined): Finding {
    if (this.#key) {
      const { slots } = this.#map;
      // With one server left there is nothing to hash, not even a key to look for.
      if (this.#deps.groups.used === 1 && !this.#key.soughtAlone) return this.#slot(0);
      const hash = this.#key.of(subject);
      if (hash !== undefined) return this.#slot(hash % slots.length);
    }
    const server = this.#turn(avoid);
    const why = this.#key ? `The call has no ${this.#key.name}, so it went round: ` : "";
    return { server, reason: () => `${why}${server?.id ?? ""} has the next slot of the map.` };
  }

  scoreOf(server: HaproxyServer): number {
    return server.effective;
  }

  picture(): Pick<BalancerPicture, "table"> {
    const slots = this.#deps.groups.weight > 0 ? this.#map.slots : [];
    const size = slots.length;
    const shown = Math.min(size, MOST_SLOTS);
    const present = this.#deps.groups.servers.filter((server) => server.present);
    const rows = new Map(present.map((server, row) => [server, row]));
    const at = (i: number) => slots[Math.floor((i * size) / shown)];
    const row = (server: HaproxyServer | undefined) => (server && rows.get(server)) ?? -1;
    return { table: { size, slots: Array.from({ length: shown }, (_, i) => row(at(i))) } };
  }

  #slot(index: number): Finding {
    const server = this.#map.slots[index];
    const slot = `slot ${index} of ${this.#map.slots.length}`;
    const { name } = this.#key ?? {};
    return { server, reason: () => `The ${name ?? ""} falls on ${slot}: ${server?.id ?? ""}.` };
  }

  #turn(avoid: HaproxyServer | undefined): HaproxyServer | undefined {
    const { slots } = this.#map;
    if (this.#next >= slots.length) this.#next = 0;
    let avoided: HaproxyServer | undefined;
    let avoidedAt = 0;
    let index = this.#next;
    do {
      const server = slots[index++];
      if (server && this.#deps.hasRoom(server)) {
        if (server !== avoid) {
          this.#next = index;
          return server;
        }
        [avoided, avoidedAt] = [server, index];
      }
      if (index === slots.length) index = 0;
    } while (index !== this.#next);
    if (avoided) this.#next = avoidedAt;
    return avoided;
  }
}
