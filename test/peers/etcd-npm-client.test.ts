import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { Etcd3, EtcdLockFailedError, type Election } from "etcd3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startEmbeddedEtcd } from "../../simulator/registry/etcd/embedded/embedded-etcd.ts";
import { until } from "../support/until.ts";

let scope: Scope;
let address: string;

beforeEach(async () => {
  scope = new Scope();
  ({ address } = await startEmbeddedEtcd({ host: "127.0.0.1", port: 0 }, scope));
});

afterEach(() => scope.dispose());

function client(hosts = address): Etcd3 {
  const etcd = new Etcd3({ hosts });
  scope.add(() => {
    etcd.close();
  });
  return etcd;
}

async function comes(condition: () => boolean, what: string): Promise<void> {
  expect(await until(condition, { timeoutMs: 10_000, everyMs: 5 }), what).toBe(true);
}

/** A TCP proxy in front of the server whose connections can be cut. */
async function proxy(): Promise<{ address: string; cut: () => void }> {
  const [host = "", port = ""] = address.split(":");
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.add(() => {
    cut();
    server.close();
  });
  const bound = server.address();
  if (bound === null || typeof bound === "string") throw new Error("No port was bound.");
  return { address: `127.0.0.1:${String(bound.port)}`, cut };
}

describe("the npm client with the embedded etcd", () => {
  test("reads, writes and deletes", async () => {
    const etcd = client();
    await etcd.put("a/1").value("one");
    await etcd.put("a/2").value("two");
    expect(await etcd.getAll().prefix("a/").strings()).toEqual({ "a/1": "one", "a/2": "two" });
    const { succeeded } = await etcd
      .if("a/1", "Value", "==", "one")
      .then(etcd.delete().key("a/1"))
      .commit();
    expect(succeeded).toBe(true);
    expect(await etcd.get("a/1").exists()).toBe(false);
    expect((await etcd.delete().prefix("a/")).deleted).toBe("1");
  });

  test("keeps a lease alive and puts under it", async () => {
    const etcd = client();
    const lease = etcd.lease(60);
    await lease.put("leased").value("1");
    expect((await lease.keepaliveOnce()).TTL).toBe("60");
    await lease.revoke();
    expect(await etcd.get("leased").string()).toBeNull();
  });

  test("locks out others until it lets go", async () => {
    const [first, second] = [client().lock("mutex"), client().lock("mutex")];
    await first.acquire();
    await expect(second.acquire()).rejects.toThrow(EtcdLockFailedError);
    await first.release();
    await second.acquire();
    await second.release();
  });

  test("runs software transactions that retry on conflict", async () => {
    const etcd = client();
    await etcd.put("counter").value(0);
    const add = () =>
      etcd.stm({ retries: 20 }).transact(async (tx) => {
        const value = (await tx.get("counter").number()) ?? 0;
        await tx.put("counter").value(value + 1);
      });
    await Promise.all([add(), add(), add(), add()]);
    expect(await etcd.get("counter").number()).toBe(4);
  });

  test("elects one leader, and the next when it resigns", async () => {
    const leaders: string[] = [];
    const run = async (name: string) => {
      const election: Election = client().election("chair", 60);
      const campaign = election.campaign(name);
      campaign.on("elected", () => leaders.push(name));
      const failed: Error[] = [];
      campaign.on("error", (error) => failed.push(error));
      await comes(() => leaders.includes(name) || failed.length === 0, "a campaign");
      return campaign;
    };
    const alice = await run("alice");
    await comes(() => leaders.length === 1, "the first leader");
    const bob = await run("bob");
    const observer = await client().election("chair", 60).observe();
    scope.add(() => observer.cancel());
    await comes(() => observer.leader() === "alice", "alice to be seen as the leader");
    expect(leaders).toEqual(["alice"]);
    await alice.resign();
    await comes(() => observer.leader() === "bob", "bob to be seen as the leader");
    expect(leaders).toEqual(["alice", "bob"]);
    await bob.resign();
  });

  test("watches through a lost connection and misses nothing", async () => {
    const through = await proxy();
    const watching = client(through.address);
    const writing = client();
    const heard: string[] = [];
    const watcher = await watching.watch().prefix("w/").create();
    scope.add(() => watcher.cancel());
    watcher.on("put", (kv) => heard.push(kv.value.toString()));
    await writing.put("w/1").value("before");
    await comes(() => heard.length === 1, "the first change");
    const disconnected = once(watcher, "disconnected");
    const reconnected = once(watcher, "connected");
    through.cut();
    await disconnected;
    await writing.put("w/1").value("meanwhile");
    await reconnected;
    await writing.put("w/1").value("after");
    await comes(() => heard.length >= 3, "all changes");
    expect(heard).toEqual(["before", "meanwhile", "after"]);
  });

  test("carries several watches on one stream", async () => {
    const etcd = client();
    const heard: string[] = [];
    for (const key of ["x", "y"]) {
      const watcher = await etcd.watch().key(key).create();
      watcher.on("put", (kv) => heard.push(kv.key.toString()));
      watcher.on("delete", (kv) => heard.push(`-${kv.key.toString()}`));
    }
    await etcd.put("y").value("1");
    await etcd.put("x").value("1");
    await etcd.delete().key("y");
    await comes(() => heard.length === 3, "three changes");
    expect(heard).toEqual(["y", "x", "-y"]);
  });
});
