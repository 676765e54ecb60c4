import { describe, expect, test } from "vitest";
import { Store } from "../../simulator/registry/etcd/embedded/store.ts";
import type { KeyRange } from "../../simulator/registry/etcd/embedded/key-range.ts";

const ALL: KeyRange = { kind: "from", start: "\0" };
const one = (start: string): KeyRange => ({ kind: "one", start });

function put(store: Store, key: string, value: string): void {
  store.write((txn) => {
    txn.put(Buffer.from(key), Buffer.from(value), "0");
  });
}

function remove(store: Store, range: KeyRange): number {
  return store.write((txn) => txn.delete(range));
}

function values(store: Store, range: KeyRange, revision = 0): string[] {
  return store.range(range, revision).map(({ value }) => value.toString());
}

describe("the store of the embedded etcd", () => {
  test("starts at revision 1 and takes one revision a change", () => {
    const store = new Store();
    expect(store.revision).toBe(1);
    put(store, "a", "1");
    expect(store.revision).toBe(2);
    expect(remove(store, one("missing"))).toBe(0);
    expect(store.revision).toBe(2);
    store.write((txn) => {
      txn.put(Buffer.from("b"), Buffer.from("1"), "0");
      txn.put(Buffer.from("c"), Buffer.from("1"), "0");
    });
    expect(store.revision).toBe(3);
  });

  test("counts versions from a key's creation, and anew after its deletion", () => {
    const store = new Store();
    put(store, "a", "1");
    put(store, "a", "2");
    expect(store.range(one("a"), 0)).toMatchObject([
      { create_revision: 2, mod_revision: 3, version: 2 },
    ]);
    remove(store, one("a"));
    put(store, "a", "3");
    expect(store.range(one("a"), 0)).toMatchObject([
      { create_revision: 5, mod_revision: 5, version: 1 },
    ]);
  });

  test("keeps keys in the order of their bytes", () => {
    const store = new Store();
    for (const key of ["b", "é", "a", "ab", "B"]) put(store, key, key);
    expect(values(store, ALL)).toEqual(["B", "a", "ab", "b", "é"]);
    expect(values(store, { kind: "below", start: "a", end: "b" })).toEqual(["a", "ab"]);
    expect(values(store, { kind: "below", start: "b", end: "a" })).toEqual([]);
  });

  test("reads the past, up to the last compaction", () => {
    const store = new Store();
    for (const value of ["1", "2", "3"]) put(store, "a", value);
    remove(store, one("a"));
    expect(values(store, one("a"), 3)).toEqual(["2"]);
    store.compact(4);
    expect(values(store, one("a"), 4)).toEqual(["3"]);
    expect(values(store, one("a"))).toEqual([]);
    expect(() => store.range(one("a"), 3)).toThrow("required revision has been compacted");
    expect(() => store.range(one("a"), 6)).toThrow("required revision is a future revision");
    expect(() => {
      store.compact(4);
    }).toThrow("required revision has been compacted");
    store.compact(5);
    expect(store.bytes()).toBe(0);
  });

  test("lets a transaction see its own writes, and others only when it is over", () => {
    const store = new Store();
    put(store, "a", "1");
    const heard: unknown[] = [];
    store.onChange(({ revision, events }) => heard.push([revision, events.length]));
    store.write((txn) => {
      txn.put(Buffer.from("a"), Buffer.from("2"), "0");
      expect(txn.range(one("a"), 0)).toMatchObject([{ mod_revision: 3, version: 2 }]);
      expect(values(store, one("a"))).toEqual(["1"]);
      expect(txn.delete(ALL)).toBe(1);
      expect(heard).toEqual([]);
    });
    expect(values(store, ALL)).toEqual([]);
    expect(heard).toEqual([[3, 2]]);
  });
});
