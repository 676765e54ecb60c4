import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startEmbeddedEtcd } from "../../simulator/registry/etcd/embedded/embedded-etcd.ts";
import { EtcdClient } from "../support/etcd-client.ts";
import { WatchRecorder, type WatchMessage } from "../support/etcd-watch.ts";
import { until } from "../support/until.ts";

let server: Scope;
let scope: Scope;
let client: EtcdClient;

beforeEach(async () => {
  server = new Scope();
  scope = new Scope();
  const options = { host: "127.0.0.1", port: 0, progressNotifyMs: 20 } as const;
  const { address } = await startEmbeddedEtcd(options, server);
  client = new EtcdClient(address, scope);
});

afterEach(async () => {
  await scope.dispose();
  await server.dispose();
});

const key = Buffer.from("k");

describe("the streams of the embedded etcd", () => {
  test("note the progress of a silent watch that wants to know it", async () => {
    const watch = new WatchRecorder(client, scope);
    const { watch_id } = await watch.create({ key, progress_notify: true });
    await client.call("KV.Put", { key: Buffer.from("elsewhere") });
    const note = await watch.next(0, ({ header, created }) => header.revision === "2" && !created);
    expect(note).toMatchObject({ watch_id, canceled: false, events: [] });
  });

  test("go on telling a client that has said all it wants to say", async () => {
    const stream = client.stream("Watch.Watch");
    const heard: WatchMessage[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (message: WatchMessage) => heard.push(message));
    scope.add(() => {
      stream.cancel();
    });
    stream.write({ create_request: { key } });
    stream.end();
    await until(() => heard.length > 0, { timeoutMs: 10_000, everyMs: 5 });
    await client.call("KV.Put", { key });
    await until(() => heard.length > 1, { timeoutMs: 10_000, everyMs: 5 });
    expect(heard.map(({ events }) => events.length)).toEqual([0, 1]);
  });

  test("renew in the order of the requests, also leases that there are not", async () => {
    await client.call("Lease.LeaseGrant", { ID: 5, TTL: 60 });
    const stream = client.stream("Lease.LeaseKeepAlive");
    const answers: unknown[] = [];
    stream.on("data", ({ ID, TTL }: { ID: string; TTL: string }) => answers.push([ID, TTL]));
    for (const ID of [5, 6, 5]) stream.write({ ID });
    stream.end();
    await once(stream, "end");
    expect(answers).toEqual([
      ["5", "60"],
      ["6", "0"],
      ["5", "60"],
    ]);
  });

  test("end with the server, at once", async () => {
    const stream = client.stream("Watch.Watch");
    stream.write({ create_request: { key } });
    await once(stream, "data");
    const ended = once(stream, "error");
    await server.dispose();
    const [error] = (await ended) as [{ code: number }];
    expect([1, 14]).toContain(error.code);
  });
});
