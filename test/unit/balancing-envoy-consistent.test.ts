import { describe, expect, it } from "vitest";
import { HashRing, type HashedHost } from "../../simulator/balancing/envoy/hash-ring.ts";
import { MaglevTable } from "../../simulator/balancing/envoy/maglev-table.ts";
import { maglev } from "../../simulator/balancing/envoy/maglev.ts";
import { ringHash } from "../../simulator/balancing/envoy/ring-hash.ts";
import { Word64 } from "../../simulator/balancing/envoy/word64.ts";
import { balancerWith, FRESH, membersOf, subjectOf } from "../support/members.ts";

const wordOf = (value: bigint) => new Word64(Number(value >> 32n), Number(value & 0xffff_ffffn));

/** Hosts of 127.0.0.1 from a port on. */
function hostsFrom(port: number, weights: readonly number[]): HashedHost[] {
  return weights.map((weight, i) => ({ key: `127.0.0.1:${String(port + i)}`, weight }));
}

const SIX = [1, 1, 1, 1, 1, 1];
const MOST = 8_388_608;

// Envoy's own vectors, ring_hash_lb_test.cc.
describe("the ring as Envoy's tests have it", () => {
  const owners = (ring: HashRing) => Array.from({ length: ring.size }, (_, i) => ring.hostAt(i));

  it("of xxHash64", () => {
    const ring = new HashRing(hostsFrom(90, SIX), {
      minimum: 12,
      maximum: MOST,
      function: "xxhash",
    });
    expect(owners(ring)).toEqual([4, 2, 0, 5, 3, 1, 1, 3, 5, 2, 4, 0]);
    expect(ring.points).toEqual([2, 2, 2, 2, 2, 2]);
    const hostOf = (hash: bigint) => ring.hostAt(ring.pointOf(wordOf(hash)));
    expect(hostOf(0n)).toBe(4);
    expect(hostOf(2n ** 64n - 1n)).toBe(4);
    expect(hostOf(3551244743356806947n)).toBe(5);
    expect(hostOf(3551244743356806948n)).toBe(3);
    expect(hostOf(16117243373044804880n)).toBe(0);
  });

  it("of MurmurHash2", () => {
    const ring = new HashRing(hostsFrom(80, SIX), {
      minimum: 12,
      maximum: MOST,
      function: "murmur2",
    });
    expect(owners(ring)).toEqual([5, 3, 4, 1, 2, 4, 1, 2, 3, 0, 5, 0]);
    expect(ring.hostAt(ring.pointOf(wordOf(1358027074129602068n)))).toBe(5);
    expect(ring.hostAt(ring.pointOf(wordOf(1358027074129602069n)))).toBe(3);
  });

  it("of names", () => {
    const hosts = SIX.map((weight, i) => ({ key: String(90 + i), weight }));
    const ring = new HashRing(hosts, { minimum: 12, maximum: MOST, function: "xxhash" });
    expect(owners(ring)).toEqual([5, 5, 3, 4, 3, 2, 0, 2, 1, 0, 1, 4]);
  });

  it("with whole numbers of points for the lightest", () => {
    const ring = new HashRing(hostsFrom(80, [1, 1]), {
      minimum: 3,
      maximum: MOST,
      function: "xxhash",
    });
    expect(owners(ring)).toEqual([0, 1, 0, 1]);
  });

  it("of weights 1, 2, 3 with exactly six points", () => {
    const ring = new HashRing(hostsFrom(90, [1, 2, 3]), {
      minimum: 6,
      maximum: 6,
      function: "xxhash",
    });
    expect(ring.points).toEqual([1, 2, 3]);
    expect(owners(ring)).toEqual([2, 2, 1, 1, 2, 0]);
  });
});

// Envoy's own vectors, maglev_lb_test.cc.
describe("the Maglev table as Envoy's tests have it", () => {
  it.each([
    [SIX, 7, [2, 4, 0, 1, 5, 0, 3]],
    [[1, 2], 17, [1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]],
    [[1, 1], 17, [1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1]],
    [[8, 2], 17, [1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]],
  ])("of weights %j with %d slots", (weights, size, slots) => {
    expect([...new MaglevTable(hostsFrom(90, weights), size).slots]).toEqual(slots);
  });

  it("of names", () => {
    const hosts = SIX.map((weight, i) => ({ key: String(90 + i), weight }));
    expect([...new MaglevTable(hosts, 7).slots]).toEqual([2, 5, 0, 3, 4, 1, 0]);
  });

  it("whatever the order of the hosts", () => {
    const hosts = hostsFrom(90, SIX);
    const slots = [...new MaglevTable(hosts.toReversed(), 7).slots];
    expect(slots.map((host) => 5 - host)).toEqual([2, 4, 0, 1, 5, 0, 3]);
  });

  it("with other slots for retries", () => {
    const table = new MaglevTable(hostsFrom(90, SIX), 7);
    const hosts = [0, 1, 2].map((attempt) => table.slots[table.slotOf(wordOf(10n), attempt)]);
    expect(hosts).toEqual([1, 0, 5]);
  });
});

describe.each([
  ["ring-hash", ringHash],
  ["maglev", maglev],
])("%s", (_id, kind) => {
  const idOf = (balancer: ReturnType<typeof balancerWith>, client: string) =>
    balancer.begin(subjectOf({ client }), FRESH).pick({ record: false }).member?.id;
  const clients = Array.from(
    { length: 2000 },
    (_, i) => `10.0.${String(i >> 8)}.${String(i & 255)}`,
  );

  it("gives a key the same instance while it is there", () => {
    const balancer = balancerWith(kind, membersOf([1, 1, 1, 1]));
    const again = balancerWith(kind, membersOf([1, 1, 1, 1]));
    for (const client of clients) expect(idOf(balancer, client)).toBe(idOf(again, client));
  });

  it("goes by the address of the configuration, where there is one", () => {
    const servers = ["a", "b", "c"].map((name) => ({ address: `${name}.example:80` }));
    const here = membersOf([1, 1, 1], servers);
    const there = membersOf([1, 1, 1], servers).map((each) => ({ ...each, port: each.port + 999 }));
    const [one, other] = [balancerWith(kind, here), balancerWith(kind, there)];
    expect(clients.map((client) => idOf(one, client))).toEqual(
      clients.map((client) => idOf(other, client)),
    );
  });

  it("hashes the key of the spec, and leaves calls without one to chance", () => {
    const balancer = balancerWith(kind, membersOf([1, 1, 1, 1]), { key: "$http_session" });
    const pick = (session: string) =>
      balancer.begin(subjectOf({ headers: { session } }), FRESH).pick({ record: false }).member?.id;
    expect(new Set(Array.from({ length: 50 }, () => pick("abc"))).size).toBe(1);
    expect(new Set(Array.from({ length: 200 }, () => pick(""))).size).toBe(4);
  });

  it("retries at every other instance before it would come back", () => {
    const balancer = balancerWith(kind, membersOf([1, 1, 1, 1, 1]));
    for (const client of clients.slice(0, 50)) {
      const selection = balancer.begin(subjectOf({ client }), FRESH);
      const ids = Array.from({ length: 6 }, () => selection.pick({ record: true }).member?.id);
      expect(new Set(ids.slice(0, 5)).size).toBe(5);
      expect(ids[5]).toBeUndefined();
    }
  });

  it("draws at most 4,096 places", () => {
    const spec = { ring: { minimum: 20_000 } };
    const { ring, table } = balancerWith(kind, membersOf([1, 1, 2]), spec).picture();
    expect(ring?.points.length ?? table?.slots.length).toBe(4096);
    expect(ring?.total ?? table?.size).toBe(kind.id === "maglev" ? 65_537 : 20_000);
  });
});
