import { beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "../../simulator/kernel/random.ts";
import type { Change } from "../../simulator/registry/etcd/embedded/change-log.ts";
import { Lessor } from "../../simulator/registry/etcd/embedded/lessor.ts";
import { Store } from "../../simulator/registry/etcd/embedded/store.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";

let nowMs: number;
let store: Store;
let lessor: Lessor;

beforeEach(() => {
  nowMs = 1_000_000;
  store = new Store();
  lessor = new Lessor(store, { ...systemClock, now: () => nowMs }, seededRandom(1));
});

function put(key: string, lease: string): void {
  store.write((txn) => {
    txn.put(Buffer.from(key), Buffer.from("1"), lease);
  });
}

function keysOf(lease: string): string[] | undefined {
  return lessor.status(lease)?.keys.map(String);
}

describe("the leases of the embedded etcd", () => {
  test("are granted for 2s at least", () => {
    expect(lessor.grant("1", 0).ttlS).toBe(2);
    expect(lessor.grant("2", -7).ttlS).toBe(2);
    expect(lessor.grant("3", 60).ttlS).toBe(60);
    expect(() => lessor.grant("3", 60)).toThrow("lease already exists");
    expect(() => lessor.grant("4", 9_000_000_001)).toThrow("too large lease TTL");
    expect(store.revision).toBe(1);
  });

  test("get a positive 63-bit id when none is asked for", () => {
    const ids = Array.from({ length: 100 }, () => BigInt(lessor.grant("0", 60).id));
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => id > 0n && id < 2n ** 63n)).toBe(true);
  });

  test("have the keys that name them last", () => {
    lessor.grant("1", 60);
    lessor.grant("2", 60);
    put("b", "1");
    put("a", "1");
    expect(keysOf("1")).toEqual(["a", "b"]);
    put("a", "2");
    put("b", "0");
    expect(keysOf("1")).toEqual([]);
    expect(keysOf("2")).toEqual(["a"]);
    store.write((txn) => txn.delete({ kind: "one", start: "a" }));
    expect(keysOf("2")).toEqual([]);
  });

  test("take their keys with them, in one revision and in order", () => {
    const changes: Change[] = [];
    lessor.grant("1", 60);
    for (const key of ["c", "a", "b"]) put(key, "1");
    store.onChange((change) => changes.push(change));
    lessor.revoke("1");
    expect(store.revision).toBe(5);
    expect(changes.map(({ events }) => events.map(({ kv }) => kv.key.toString()))).toEqual([
      ["a", "b", "c"],
    ]);
    expect(() => {
      lessor.revoke("1");
    }).toThrow("requested lease not found");
  });

  test("run out unless they are renewed", () => {
    lessor.grant("1", 5);
    lessor.grant("2", 5);
    put("a", "1");
    nowMs += 4000;
    expect(lessor.renew("2")).toBe(5);
    expect(lessor.status("1")).toMatchObject({ remainingS: 1, ttlS: 5 });
    nowMs += 999;
    expect(lessor.status("1")?.remainingS).toBe(0);
    lessor.expireDue();
    expect(lessor.has("1")).toBe(true);
    nowMs += 1;
    lessor.expireDue();
    expect(lessor.ids()).toEqual(["2"]);
    expect(store.range({ kind: "one", start: "a" }, 0)).toEqual([]);
    expect(lessor.renew("1")).toBe(0);
  });

  test("are not renewed between their end and the scan that finds it", () => {
    lessor.grant("1", 5);
    put("a", "1");
    nowMs += 5000;
    expect(lessor.renew("1")).toBe(0);
    expect(store.revision).toBe(3);
  });

  test("end at most 500 in one scan, the first to run out in front", () => {
    for (let i = 1; i <= 600; i++) lessor.grant(String(i), 60 + 600 - i);
    nowMs += 10_000_000;
    lessor.expireDue();
    expect(lessor.ids().length).toBe(100);
    expect(lessor.has("600")).toBe(false);
    lessor.expireDue();
    expect(lessor.ids()).toEqual([]);
  });
});
