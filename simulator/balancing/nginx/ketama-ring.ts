import { CRC32_START, crc32Update } from "../hashing/crc32.ts";
import type { Peer } from "./peer.ts";

/** Points on the ring for each unit of weight. */
const POINTS = 160;

/** The ring of nginx's `hash … consistent`: `ngx_http_upstream_init_chash`. */
export class KetamaRing {
  /** Ascending, without duplicates. */
  readonly hashes: Uint32Array;
  /** Which of `servers` each point belongs to. */
  readonly owners: Uint32Array;
  /** Peers by their server's text; those that share one stand at the same points. */
  readonly servers: readonly (readonly Peer[])[];

  constructor(peers: readonly Peer[]) {
    const byText = new Map<string, Peer[]>();
    for (const peer of peers) {
      const text = serverText(peer);
      const same = byText.get(text);
      if (same) same.push(peer);
      else byText.set(text, [peer]);
    }
    this.servers = [...byText.values()];
    const groups = [...byText].map(([text, same]) => ({
      base: baseOf(text),
      // Those of the same text have the same points; the heaviest has all of them.
      count: POINTS * Math.max(...same.map(({ weight }) => weight)),
    }));
    const total = groups.reduce((sum, { count }) => sum + count, 0);
    // A point and its owner in one number each, so that sorting needs no comparator.
    const points = new Float64Array(total);
    const previous = new Uint8Array(4);
    let at = 0;
    for (const [owner, { base, count }] of groups.entries()) {
      let hash = 0;
      for (let i = 0; i < count; i++) {
        previous[0] = hash;
        previous[1] = hash >>> 8;
        previous[2] = hash >>> 16;
        previous[3] = hash >>> 24;
        hash = (crc32Update(base, previous) ^ 0xffffffff) >>> 0;
        points[at++] = hash * OWNERS + owner;
      }
    }
    points.sort();
    let kept = 0;
    const hashes = new Uint32Array(total);
    const owners = new Uint32Array(total);
    for (const point of points) {
      const hash = Math.floor(point / OWNERS);
      if (kept > 0 && hashes[kept - 1] === hash) continue;
      hashes[kept] = hash;
      owners[kept++] = point % OWNERS;
    }
    this.hashes = hashes.subarray(0, kept);
    this.owners = owners.subarray(0, kept);
  }

  /** The index of the first point at or after a hash; the number of points when there is none. */
  find(hash: number): number {
    let low = 0;
    let high = this.hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hash > (this.hashes[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Who stands at the point of an index, which goes on round after round. */
  serverAt(index: number): readonly Peer[] {
    return this.servers[this.owners[index % this.hashes.length] ?? 0] ?? [];
  }
}

/** More than there are servers, and a hash times it is still exact in a double. */
const OWNERS = 2 ** 20;

/** The server as it stands in the configuration. */
export function serverText({ member: { server, host, port } }: Peer): string {
  return server.address ?? `${host}:${port}`;
}

/** The CRC-32's state over host, a zero byte and port, as Cache::Memcached::Fast has it. */
function baseOf(text: string): number {
  const [host, port] = hostAndPort(text);
  return crc32Update(CRC32_START, Buffer.from(`${host}\0${port}`));
}

/** Splits the literal text; without a port in it the port is empty. */
function hostAndPort(text: string): readonly [string, string] {
  if (/^unix:/i.test(text)) return [text.slice(5), ""];
  const [, host, port] = /^(.*):([0-9]*)$/s.exec(text) ?? [];
  return host === undefined || port === undefined ? [text, ""] : [host, port];
}
