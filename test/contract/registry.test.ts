import { createConnection } from "node:net";
import { Etcd3 } from "etcd3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FuseboardError } from "../../simulator/kernel/errors.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type {
  InstanceRecord,
  Registry,
  RegistryWatcher,
} from "../../simulator/registry/contract.ts";
import { registryKinds } from "../../simulator/registry/index.ts";
import { until } from "../support/until.ts";

function record(ordinal: number, service = "shop"): InstanceRecord {
  const instance = `${service}-${String(ordinal)}`;
  return { instance, service, host: "127.0.0.1", port: 4000 + ordinal, weight: 1, pid: ordinal };
}

/** A watcher that keeps what it is told, as short sentences. */
class Listener implements RegistryWatcher {
  readonly told: string[] = [];
  readonly revisions: number[] = [];
  newest = 0;

  put({ instance, port }: InstanceRecord, revision: number): void {
    this.told.push(`+${instance}:${String(port)}`);
    this.revisions.push(revision);
  }
  deleted(service: string, instance: string, revision: number): void {
    this.told.push(`-${service}/${instance}`);
    this.revisions.push(revision);
  }
  revised(revision: number): void {
    this.newest = revision;
  }
  ignored(message: string): void {
    this.told.push(`?${message}`);
  }
  failed(error: Error): void {
    this.told.push(`failed: ${error.message}`);
  }

  async hears(...told: string[]): Promise<void> {
    await until(() => this.told.length >= told.length, { timeoutMs: 10_000, everyMs: 5 });
    expect(this.told).toEqual(told);
  }
}

describe.each(registryKinds)("the registry '$kind'", (kind) => {
  let scope: Scope;
  let registry: Registry;

  beforeEach(async () => {
    scope = new Scope();
    registry = await kind.open({ port: 0 }, scope);
  });

  afterEach(() => scope.dispose());

  async function listen(): Promise<Listener> {
    const listener = new Listener();
    await registry.watch(listener, scope);
    return listener;
  }

  test("says its kind and where it is", () => {
    expect(registry.kind).toBe(kind.kind);
    expect(registry.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  test("tells of what there is before the watch resolves, then of every change in order", async () => {
    await registry.register(record(1), 60_000);
    await registry.register(record(1, "bank"), 60_000);
    const listener = await listen();
    expect(listener.told.toSorted()).toEqual(["+bank-1:4001", "+shop-1:4001"]);
    const second = await registry.register(record(2), 60_000);
    await registry.register({ ...record(1), port: 5000 }, 60_000);
    await second.revoke();
    await until(() => listener.told.length === 5, { timeoutMs: 10_000, everyMs: 5 });
    expect(listener.told.slice(2)).toEqual(["+shop-2:4002", "+shop-1:5000", "-shop/shop-2"]);
    const changes = listener.revisions.slice(2);
    expect(changes).toEqual(changes.toSorted((a, b) => a - b));
    expect(new Set(changes).size).toBe(3);
    expect(listener.newest).toBe(changes.at(-1));
  });

  test("tells all that is registered at once", async () => {
    const listener = await listen();
    const ordinals = Array.from({ length: 50 }, (_, i) => i + 1);
    await Promise.all(ordinals.map((each) => registry.register(record(each), 60_000)));
    await until(() => listener.told.length >= 50, { timeoutMs: 10_000, everyMs: 5 });
    expect(new Set(listener.told)).toEqual(
      new Set(ordinals.map((each) => `+shop-${String(each)}:${String(4000 + each)}`)),
    );
  });

  test("grants at least the time that was asked for, and renews it", async () => {
    const registration = await registry.register(record(1), 4500);
    expect(registration.leaseId).toMatch(/^-?\d+$/);
    expect(registration.ttlMs).toBe(5000);
    expect(await registration.renew()).toBe(5000);
    const renewed = await Promise.all([registration.renew(), registration.renew()]);
    expect(renewed).toEqual([5000, 5000]);
  });

  test("renews several leases side by side", async () => {
    const longer = await registry.register(record(1), 60_000);
    const shorter = await registry.register(record(2), 30_000);
    expect(await Promise.all([longer.renew(), shorter.renew(), longer.renew()])).toEqual([
      60_000, 30_000, 60_000,
    ]);
  });

  test("takes back what is revoked, also twice, and does not renew it", async () => {
    const listener = await listen();
    const registration = await registry.register(record(1), 60_000);
    await registration.revoke();
    await registration.revoke();
    expect(await registration.renew()).toBe(0);
    await listener.hears("+shop-1:4001", "-shop/shop-1");
  });

  test("lets what is not renewed run out", async () => {
    const listener = await listen();
    const left = await registry.register(record(1), 1000);
    const kept = await registry.register(record(2), 1000);
    const keeper = setInterval(() => void kept.renew(), 200);
    scope.add(() => {
      clearInterval(keeper);
    });
    await listener.hears("+shop-1:4001", "+shop-2:4002", "-shop/shop-1");
    expect(await left.renew()).toBe(0);
    expect(await kept.renew()).toBe(kept.ttlMs);
  });

  test("stops telling when the watch's scope ends, and tells others on", async () => {
    const [ended, other] = [new Listener(), await listen()];
    const inner = scope.child();
    await registry.watch(ended, inner);
    await inner.dispose();
    await registry.register(record(1), 60_000);
    await other.hears("+shop-1:4001");
    expect(ended.told).toEqual([]);
  });

  test("refuses a port in use in one clear sentence", async () => {
    const port = Number(registry.address.split(":")[1]);
    const refused = kind.open({ port }, scope);
    await expect(refused).rejects.toThrow(FuseboardError);
    await expect(refused).rejects.toMatchObject({ code: "port-in-use" });
    await expect(refused).rejects.toThrow(`127.0.0.1:${String(port)}`);
  });

  test("ends with its scope: nobody listens, and calls are rejected", async () => {
    const listener = await listen();
    const registration = await registry.register(record(1), 60_000);
    await registration.renew();
    await scope.dispose();
    await expect(registration.renew()).rejects.toThrow();
    await expect(registry.register(record(2), 60_000)).rejects.toThrow();
    const [host = "", port = ""] = registry.address.split(":");
    await expect(
      new Promise((resolve, reject) => {
        createConnection(Number(port), host).on("connect", resolve).on("error", reject);
      }),
    ).rejects.toThrow("ECONNREFUSED");
    expect(listener.told).toEqual(["+shop-1:4001"]);
  });
});

describe("what others write into an etcd under the instances' prefix", () => {
  let scope: Scope;
  let registry: Registry;
  let etcd: Etcd3;

  beforeEach(async () => {
    scope = new Scope();
    const embedded = registryKinds.find(({ kind }) => kind === "embedded");
    if (!embedded) throw new Error("There is no embedded registry.");
    registry = await embedded.open({ port: 0 }, scope);
    etcd = new Etcd3({ hosts: registry.address });
    scope.add(() => {
      etcd.close();
    });
  });

  afterEach(() => scope.dispose());

  test("is passed over when it is no record, with a sentence that names the key", async () => {
    const listener = new Listener();
    await registry.watch(listener, scope);
    const key = "/fuseboard/services/shop/shop-1";
    await etcd.put(key).value("no JSON");
    await etcd.put(key).value(JSON.stringify({ ...record(1), port: 0 }));
    await etcd.put(key).value(JSON.stringify(record(2)));
    await etcd.put(key).value(JSON.stringify(record(1)));
    await etcd.put(key).value("{}");
    await etcd.delete().key(key);
    await etcd.put("/fuseboard/services/shop/shop-2").value(JSON.stringify(record(2)));
    await until(() => listener.told.includes("+shop-2:4002"), { timeoutMs: 10_000, everyMs: 5 });
    const because = `?The registry's value of ${key} is no instance record: `;
    expect(listener.told).toEqual([
      `${because}it is not JSON.`,
      expect.stringContaining(`${because}port: `),
      `${because}it is that of /fuseboard/services/shop/shop-2.`,
      "+shop-1:4001",
      "-shop/shop-1",
      expect.stringContaining(`${because}instance: `),
      "+shop-2:4002",
    ]);
  });

  test("moves the revision on when it is elsewhere, as soon as it is heard of", async () => {
    const listener = new Listener();
    await registry.watch(listener, scope);
    const registration = await registry.register(record(1), 60_000);
    for (const value of ["1", "2", "3"]) await etcd.put("elsewhere").value(value);
    await registration.renew();
    expect(listener.newest).toBe(5);
  });
});
