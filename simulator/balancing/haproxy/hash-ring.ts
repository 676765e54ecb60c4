import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import { fullHash } from "./hash-function.ts";
import type { HaproxyServer } from "./haproxy-server.ts";

/** Points between the ids of two servers: the largest weight. */
const POINTS_PER_ID = 4096;

/** Points that a picture shows at most. */
const MOST_POINTS = 4096;

/** Points in the order of their keys; equal keys in the order in which they came. */
interface Points {
  readonly keys: Uint32Array;
  readonly owners: readonly HaproxyServer[];
}

/**
 * The ring of one group in HAProxy's consistent hash (`chash`): as many points a server as its
 * effective weight is, so 16 for each unit of its weight.
 */
export class HashRing {
  #points: Points = { keys: new Uint32Array(0), owners: [] };

  get size(): number {
    return this.#points.keys.length;
  }

  begin(servers: readonly HaproxyServer[]): void {
    this.#points = mergeAll(servers.map((server) => pointsOf(server, 0, server.effective)));
  }

  /** Gives a server as many points as it is to have, of which it has `before`. */
  resize(server: HaproxyServer, before: number, count: number): void {
    if (count > before) {
      this.#points = merge(this.#points, pointsOf(server, before, count));
      return;
    }
    const gone = new Set(pointsOf(server, count, before).keys);
    const { keys, owners } = this.#points;
    const kept: number[] = [];
    for (const [i, owner] of owners.entries()) {
      if (owner !== server || !gone.has(keys[i] ?? 0)) kept.push(i);
    }
    this.#points = {
      keys: Uint32Array.from(kept, (i) => keys[i] ?? 0),
      owners: kept.flatMap((i) => owners[i] ?? []),
    };
  }

  ownerAt(index: number): HaproxyServer | undefined {
    return this.#points.owners[index];
  }

  keyAt(index: number): number {
    return this.#points.keys[index] ?? 0;
  }

  /** Where a server's point of a key is; -1 when it has none. */
  indexOf(key: number, server: HaproxyServer): number {
    const { keys, owners } = this.#points;
    for (let index = this.#firstFrom(key); keys[index] === key; index++) {
      if (owners[index] === server) return index;
    }
    return -1;
  }

  /** The first point after a key; round the end, the first of all. */
  following(key: number): number {
    const index = this.#firstFrom(key + 1);
    return index < this.size ? index : 0;
  }

  /** The point that is nearest to a hash, on either side; the lower one at equal distances. */
  nearest(hash: number): number {
    const { keys } = this.#points;
    const at = this.#firstFrom(hash);
    const next = at < keys.length ? at : 0;
    const previous = next > 0 ? next - 1 : keys.length - 1;
    const below = (hash - (keys[previous] ?? 0)) >>> 0;
    const above = ((keys[next] ?? 0) - hash) >>> 0;
    return below <= above ? previous : next;
  }

  picture(): NonNullable<BalancerPicture["ring"]> {
    const { keys, owners } = this.#points;
    const shown = Math.min(keys.length, MOST_POINTS);
    const points = Array.from({ length: shown }, (_, i) => {
      const index = Math.floor((i * keys.length) / shown);
      return { at: (keys[index] ?? 0) / 2 ** 32, instance: owners[index]?.id ?? "" };
    });
    return { total: keys.length, points };
  }

  /** The first point whose key is not below a hash. */
  #firstFrom(hash: number): number {
    const { keys } = this.#points;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function pointsOf(server: HaproxyServer, from: number, to: number): Points {
  const keys = new Uint32Array(to - from);
  for (let i = 0; i < keys.length; i++) {
    keys[i] = fullHash(server.number * POINTS_PER_ID + from + i);
  }
  return { keys: keys.sort(), owners: Array.from(keys, () => server) };
}

function mergeAll(parts: readonly Points[]): Points {
  if (parts.length <= 1) return parts[0] ?? { keys: new Uint32Array(0), owners: [] };
  const half = parts.length >>> 1;
  return merge(mergeAll(parts.slice(0, half)), mergeAll(parts.slice(half)));
}

function merge(a: Points, b: Points): Points {
  const keys = new Uint32Array(a.keys.length + b.keys.length);
  const owners: HaproxyServer[] = [];
  let [i, j] = [0, 0];
  for (let k = 0; k < keys.length; k++) {
    const fromA = j >= b.keys.length || (i < a.keys.length && (a.keys[i] ?? 0) <= (b.keys[j] ?? 0));
    const [from, at] = fromA ? [a, i++] : [b, j++];
    keys[k] = from.keys[at] ?? 0;
    const owner = from.owners[at];
    if (owner) owners.push(owner);
  }
  return { keys, owners };
}
