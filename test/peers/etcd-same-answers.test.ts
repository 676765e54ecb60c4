import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startEmbeddedEtcd } from "../../simulator/registry/etcd/embedded/embedded-etcd.ts";
import { EtcdClient, type Message } from "../support/etcd-client.ts";
import { comparable } from "../support/etcd-comparable.ts";
import { WatchRecorder } from "../support/etcd-watch.ts";
import { requireProgram } from "../support/programs.ts";
import { startRealEtcd } from "../support/real-etcd.ts";
import { until } from "../support/until.ts";

const etcd = requireProgram("etcd");
const scope = new Scope();
let theirs: EtcdClient;
let ours: EtcdClient;

describe.skipIf(etcd === undefined)("where random sequences seldom come, etcd and ours", () => {
  beforeAll(async () => {
    // All defaults: the shortest lease depends on the election timeout.
    theirs = new EtcdClient(await startRealEtcd(etcd ?? "", scope), scope);
    const { address } = await startEmbeddedEtcd({ host: "127.0.0.1", port: 0 }, scope);
    ours = new EtcdClient(address, scope);
  });

  afterAll(() => scope.dispose());

  /** Makes the same call to both; resolves with the answer after it was compared. */
  async function same(method: string, request: Message): Promise<unknown> {
    const [their, our] = await Promise.all([
      theirs.call(method, request),
      ours.call(method, request),
    ]);
    const wanted = comparable(their, request);
    expect(comparable(our, request)).toEqual(wanted);
    return wanted;
  }

  const key = Buffer.from("k");
  const refused = (code: number, details: string) => ({ ok: false, code, details });

  test("sort only the keys of the limit when no direction is named", async () => {
    for (const name of ["s3", "s2", "s1"]) await same("KV.Put", { key: Buffer.from(name) });
    const range = { key: Buffer.from("s"), range_end: Buffer.from("t"), sort_target: "Mod" };
    await same("KV.Range", { ...range, limit: 1 });
    await same("KV.Range", { ...range, limit: 2 });
    await same("KV.Range", { ...range, limit: 1, sort_order: "Ascend" });
    await same("KV.Range", { ...range, limit: 1, max_mod_revision: 3 });
  });

  test("refuse too many operations, nested ones spending the rest", async () => {
    const read = { request_range: { key } };
    const reads = (n: number) => ({ success: Array.from({ length: n }, () => read) });
    const tooMany = refused(3, "etcdserver: too many operations in txn request");
    expect(await same("KV.Txn", reads(128))).toMatchObject({ ok: true });
    expect(await same("KV.Txn", reads(129))).toEqual(tooMany);
    const nested = (inner: number, more: number) => ({
      success: [{ request_txn: reads(inner) }, ...reads(more).success],
    });
    expect(await same("KV.Txn", nested(100, 27))).toMatchObject({ ok: true });
    expect(await same("KV.Txn", nested(101, 27))).toEqual(tooMany);
    const compare = Array.from({ length: 129 }, () => ({ key, target: "Version" }));
    expect(await same("KV.Txn", { compare })).toEqual(tooMany);
  });

  test("refuse large requests, each limit at the same byte", async () => {
    const put = (bytes: number) => ({ key, value: Buffer.alloc(bytes) });
    expect(await same("KV.Put", put(1_500_000))).toMatchObject({ ok: true });
    expect(await same("KV.Put", put(1_572_864))).toEqual(
      refused(3, "etcdserver: request is too large"),
    );
    // The whole message, of which 7 bytes are not the value, may have 2 MiB.
    expect(await same("KV.Put", put(2_097_145))).toMatchObject({ code: 3 });
    expect(await same("KV.Put", put(2_097_146))).toEqual(
      refused(8, "grpc: received message larger than max (2097153 vs. 2097152)"),
    );
    await same("KV.DeleteRange", { key });
  });

  test("grant the same shortest time and refuse the same leases", async () => {
    for (const TTL of [0, -3, 1, 2, 3]) await same("Lease.LeaseGrant", { ID: 100 + TTL, TTL });
    expect(await same("Lease.LeaseGrant", { ID: 102, TTL: 5 })).toEqual(
      refused(9, "etcdserver: lease already exists"),
    );
    expect(await same("Lease.LeaseGrant", { ID: 102, TTL: 9_000_000_001 })).toEqual(
      refused(11, "etcdserver: too large lease TTL"),
    );
  });

  test("delete the keys of a lease that runs out in one revision", async () => {
    const [their, our] = [new WatchRecorder(theirs, scope), new WatchRecorder(ours, scope)];
    const watch = { key: Buffer.from("x"), range_end: Buffer.from("y"), prev_kv: true };
    await Promise.all([their.create(watch), our.create(watch)]);
    await same("Lease.LeaseGrant", { ID: 7, TTL: 2 });
    for (const name of ["x3", "x1", "x2"])
      await same("KV.Put", { key: Buffer.from(name), lease: 7 });
    const gone = async (recorder: WatchRecorder) =>
      comparable(await recorder.next(0, ({ events }) => events.length > 1), {});
    expect(await gone(our)).toEqual(await gone(their));
    await same("Lease.LeaseTimeToLive", { ID: 7, keys: true });
    await same("KV.Range", { key: Buffer.from("x"), range_end: Buffer.from("y") });
  });

  test("split a large change for a watch that wants fragments at the same events", async () => {
    const [their, our] = [new WatchRecorder(theirs, scope), new WatchRecorder(ours, scope)];
    const value = Buffer.alloc(400_000, "v");
    const names = ["f1", "f2", "f3"];
    const watch = { key: Buffer.from("f"), range_end: Buffer.from("g"), prev_kv: true };
    const fragments = { ...watch, fragment: true };
    await Promise.all([their.create(fragments), our.create(fragments)]);
    const puts = names.map((name) => ({ request_put: { key: Buffer.from(name), value } }));
    await same("KV.Txn", { success: puts });
    await same("KV.Txn", { success: puts });
    await same("KV.DeleteRange", watch);
    const shape = async (recorder: WatchRecorder) => {
      await recorder.next(0, ({ events }) => events.some(({ type }) => type === "Delete"));
      return recorder.heard.map(({ fragment, events }) => [fragment, events.length]);
    };
    const wanted = await shape(their);
    expect(await shape(our)).toEqual(wanted);
    expect(wanted).toContainEqual([true, 2]);
  });

  // Last, because from here on the two are at different revisions.
  test("tell a watch from revision -1 the present only", async () => {
    const request = { key: Buffer.from("n"), start_revision: -1 };
    await same("KV.Put", { key: request.key });
    const first = async (client: EtcdClient) => {
      const watch = new WatchRecorder(client, scope);
      const { header } = await watch.create(request);
      const heard = () => watch.heard.flatMap(({ events }) => events);
      // Changes until one is heard: the watch may still be busy with the past that it has not.
      const hears = async () => {
        await client.call("KV.Put", { key: request.key });
        return heard().length > 0;
      };
      expect(await until(hears, { timeoutMs: 10_000, everyMs: 20 })).toBe(true);
      const [{ kv } = {}] = heard();
      return Number((kv as { mod_revision: string }).mod_revision) > Number(header.revision);
    };
    expect(await first(theirs)).toBe(true);
    expect(await first(ours)).toBe(true);
  });
});
