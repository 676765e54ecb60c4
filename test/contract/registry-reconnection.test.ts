import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { InstanceRecord } from "../../simulator/registry/contract.ts";
import { startEmbeddedEtcd } from "../../simulator/registry/etcd/embedded/embedded-etcd.ts";
import { EtcdRegistry } from "../../simulator/registry/etcd/etcd-registry.ts";
import { until } from "../support/until.ts";

function record(ordinal: number): InstanceRecord {
  const instance = `shop-${String(ordinal)}`;
  return { instance, service: "shop", host: "127.0.0.1", port: 4000, weight: 1, pid: ordinal };
}

describe("the etcd client's side of the registry", () => {
  let server: Scope;
  let client: Scope;
  let registry: EtcdRegistry;
  let told: string[];

  beforeEach(async () => {
    server = new Scope();
    client = new Scope();
    told = [];
    const { address } = await startEmbeddedEtcd({ host: "127.0.0.1", port: 0 }, server);
    registry = new EtcdRegistry("embedded", address, client);
  });

  afterEach(async () => {
    await client.dispose();
    await server.dispose();
  });

  const watch = () =>
    registry.watch(
      {
        put: ({ instance }) => told.push(`+${instance}`),
        deleted: (_service, instance) => told.push(`-${instance}`),
        revised: () => undefined,
        failed: (error) => told.push(error.message),
      },
      client,
    );

  async function restart(): Promise<void> {
    await server.dispose();
    server = new Scope();
    const port = Number(registry.address.split(":")[1]);
    await startEmbeddedEtcd({ host: "127.0.0.1", port }, server);
  }

  async function hears(count: number): Promise<void> {
    await until(() => told.length >= count, { timeoutMs: 20_000, everyMs: 5 });
  }

  test("takes its watch up again, and tells what went and came meanwhile", async () => {
    await registry.register(record(1), 60_000);
    await watch();
    await restart();
    await hears(2);
    const again = await registry.register(record(2), 60_000);
    await hears(3);
    expect(told).toEqual(["+shop-1", "-shop-1", "+shop-2"]);
    expect(await again.renew()).toBe(60_000);
  });

  test("rejects renewals while there is no server, and finds old leases lost after it", async () => {
    const registration = await registry.register(record(1), 60_000);
    expect(await registration.renew()).toBe(60_000);
    await server.dispose();
    await expect(registration.renew()).rejects.toThrow();
    await restart();
    const renewed = async () => {
      try {
        return (await registration.renew()) === 0;
      } catch {
        return false;
      }
    };
    expect(await until(renewed, { timeoutMs: 20_000 })).toBe(true);
    await registration.revoke();
  });

  test("says once that its watch is over when the server stays away", async () => {
    await watch();
    await server.dispose();
    await hears(1);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^The watch of the registry broke and could not be taken up again: /);
  });

  test("rejects a watch that cannot begin", async () => {
    await server.dispose();
    await expect(watch()).rejects.toThrow();
    await client.dispose();
  });
});
