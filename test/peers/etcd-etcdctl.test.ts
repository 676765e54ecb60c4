import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startEmbeddedEtcd } from "../../simulator/registry/etcd/embedded/embedded-etcd.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";

const etcdctl = requireProgram("etcdctl") ?? "";
const env = { ...process.env, ETCDCTL_API: "3" };

let scope: Scope;
let address: string;

beforeEach(async () => {
  scope = new Scope();
  ({ address } = await startEmbeddedEtcd({ host: "127.0.0.1", port: 0 }, scope));
});

afterEach(() => scope.dispose());

/** Runs etcdctl; resolves with what it printed. */
async function ctl(...args: string[]): Promise<string> {
  const all = ["--endpoints", address, ...args];
  const { stdout } = await promisify(execFile)(etcdctl, all, { env });
  return stdout;
}

async function json(...args: string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await ctl(...args, "-w", "json")) as Record<string, unknown>;
}

/** Starts an etcdctl that goes on until the scope ends; answers all that it printed so far. */
function start(...args: string[]): { printed: () => string; tell: (line: string) => void } {
  const child = spawn(etcdctl, ["--endpoints", address, ...args], { env });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  scope.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  return { printed: () => text, tell: (line) => child.stdin.write(`${line}\n`) };
}

async function prints(printed: () => string, wanted: string): Promise<void> {
  await until(() => printed().includes(wanted), { timeoutMs: 10_000, everyMs: 10 });
  expect(printed()).toContain(wanted);
}

describe.skipIf(etcdctl === "")("etcdctl with the embedded etcd", () => {
  test("puts and gets by key, prefix, range, revision, order and limit", async () => {
    expect(await ctl("put", "a/1", "one")).toBe("OK\n");
    expect(await ctl("put", "a/2", "two")).toBe("OK\n");
    expect(await ctl("put", "a/1", "uno", "--prev-kv")).toBe("OK\na/1\none\n");
    expect(await ctl("put", "b", "three")).toBe("OK\n");
    expect(await ctl("get", "a/1")).toBe("a/1\nuno\n");
    expect(await ctl("get", "a/1", "--rev", "2")).toBe("a/1\none\n");
    expect(await ctl("get", "missing")).toBe("");
    expect(await ctl("get", "a/", "--prefix", "--keys-only")).toBe("a/1\n\na/2\n\n");
    expect(await ctl("get", "a/2", "--from-key")).toBe("a/2\ntwo\nb\nthree\n");
    expect(await ctl("get", "a/1", "b")).toBe("a/1\nuno\na/2\ntwo\n");
    const byAge = ["--sort-by", "MODIFY", "--order", "DESCEND"];
    expect(await ctl("get", "", "--prefix", "--limit", "2", ...byAge)).toBe("b\nthree\na/1\nuno\n");
    const counted = await json("get", "a/", "--prefix", "--limit", "1");
    expect(counted).toMatchObject({ more: true, count: 2, header: { revision: 5 } });
  });

  test("deletes by key and prefix, and shows what was there", async () => {
    await ctl("put", "a", "1");
    await ctl("put", "ab", "2");
    await ctl("put", "b", "3");
    expect(await ctl("del", "missing")).toBe("0\n");
    expect(await ctl("del", "a", "--prefix", "--prev-kv")).toBe("2\na\n1\nab\n2\n");
    expect(await ctl("get", "", "--prefix")).toBe("b\n3\n");
  });

  test("runs transactions", async () => {
    await ctl("put", "door", "closed");
    const txn = start("txn", "-i");
    for (const line of ['value("door") = "closed"', 'mod("door") > "1"', ""]) txn.tell(line);
    for (const line of ["put door open", "get door", ""]) txn.tell(line);
    for (const line of ["get door", ""]) txn.tell(line);
    await prints(txn.printed, "SUCCESS\n\nOK\n\ndoor\nopen\n");
  });

  test("watches a prefix from a revision with previous values, and changes as they come", async () => {
    await ctl("put", "w/1", "old");
    await ctl("put", "w/1", "new");
    const watch = start("watch", "w/", "--prefix", "--rev", "3", "--prev-kv");
    await prints(watch.printed, "PUT\nw/1\nold\nw/1\nnew\n");
    await ctl("put", "other", "1");
    await ctl("del", "w/1");
    await prints(watch.printed, "DELETE\nw/1\nnew\nw/1\n\n");
    expect(watch.printed()).not.toContain("other");
  });

  test("asks for the progress of a watch", async () => {
    const watch = start("watch", "-i");
    watch.tell("watch w");
    await ctl("put", "elsewhere", "1");
    // The request is lost when it comes before the watch stands: it is made until it is answered.
    await until(
      () => {
        watch.tell("progress");
        return watch.printed().includes("progress notify: 2\n");
      },
      { timeoutMs: 10_000, everyMs: 100 },
    );
    expect(watch.printed()).toContain("progress notify: 2\n");
  });

  test("says that a watched revision was compacted", async () => {
    for (const value of ["1", "2", "3"]) await ctl("put", "a", value);
    expect(await ctl("compaction", "3")).toBe("compacted revision 3\n");
    await expect(ctl("get", "a", "--rev", "2")).rejects.toThrow(
      "mvcc: required revision has been compacted",
    );
    await expect(ctl("compaction", "3")).rejects.toThrow("has been compacted");
    await expect(ctl("get", "a", "--rev", "9")).rejects.toThrow("is a future revision");
    await expect(ctl("watch", "a", "--rev", "2")).rejects.toThrow("watch was canceled");
  });

  test("grants, lists, keeps and revokes leases", async () => {
    const granted = await ctl("lease", "grant", "60");
    const [, id = ""] = /^lease ([0-9a-f]{16}) granted with TTL\(60s\)\n$/.exec(granted) ?? [];
    expect(await ctl("lease", "list")).toBe(`found 1 leases\n${id}\n`);
    await ctl("put", "leased", "1", "--lease", id);
    const left = await ctl("lease", "timetolive", id, "--keys");
    expect(left).toMatch(
      /granted with TTL\(60s\), remaining\(5[89]s\), attached keys\(\[leased\]\)/,
    );
    expect(await ctl("lease", "keep-alive", "--once", id)).toContain("keepalived with TTL(60)");
    expect(await ctl("lease", "revoke", id)).toBe(`lease ${id} revoked\n`);
    expect(await ctl("get", "leased")).toBe("");
    expect(await ctl("lease", "timetolive", id)).toContain("already expired");
    await expect(ctl("lease", "revoke", id)).rejects.toThrow("requested lease not found");
    await expect(ctl("put", "a", "1", "--lease", id)).rejects.toThrow("requested lease not found");
  });

  test("sees the keys of a lease go when it runs out", async () => {
    const granted = await ctl("lease", "grant", "1");
    const [, id = ""] = /^lease ([0-9a-f]{16}) granted with TTL\(2s\)\n$/.exec(granted) ?? [];
    await ctl("put", "x/2", "1", "--lease", id);
    await ctl("put", "x/1", "1", "--lease", id);
    const watch = start("watch", "x/", "--prefix", "--rev", "4");
    await prints(watch.printed, "DELETE\nx/1\n\nDELETE\nx/2\n\n");
    expect(await json("get", "x")).toMatchObject({ header: { revision: 4 } });
  });

  test("locks and elects", async () => {
    const lock = start("lock", "mutex");
    await prints(lock.printed, "mutex/");
    const elect = start("elect", "chair", "alice");
    await prints(elect.printed, "alice");
    expect(await ctl("get", "chair", "--prefix", "--print-value-only")).toBe("alice\n");
  });

  test("reads status, health, members and alarms", async () => {
    await ctl("put", "a", "1");
    const status = JSON.parse(await ctl("endpoint", "status", "-w", "json")) as unknown;
    expect(status).toMatchObject([
      { Endpoint: address, Status: { version: "3.4.23", header: { revision: 2 } } },
    ]);
    expect(await ctl("endpoint", "health", "-w", "json")).toContain('"health":true');
    expect(await json("member", "list")).toMatchObject({
      members: [{ name: "fuseboard", clientURLs: [`http://${address}`] }],
    });
    expect(await ctl("alarm", "list")).toBe("");
  });

  test("is told clearly what there is not", async () => {
    await expect(ctl("user", "add", "alice:secret")).rejects.toThrow("Unimplemented");
    await expect(ctl("defrag")).rejects.toThrow("Unimplemented");
  });
});
