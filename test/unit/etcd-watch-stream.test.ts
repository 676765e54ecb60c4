import { beforeEach, describe, expect, test } from "vitest";
import type {
  WatchCreateRequest,
  WatchResponse,
} from "../../simulator/registry/etcd/embedded/messages.ts";
import { Store } from "../../simulator/registry/etcd/embedded/store.ts";
import { WatchHub } from "../../simulator/registry/etcd/embedded/watch-hub.ts";
import type { WatchStream } from "../../simulator/registry/etcd/embedded/watch-stream.ts";

let store: Store;
let heard: WatchResponse[];
let stream: WatchStream;
let hub: WatchHub;

beforeEach(() => {
  store = new Store();
  heard = [];
  hub = new WatchHub(store);
  stream = hub.open((response) => heard.push(response));
});

function put(key: string, value: string | Buffer): void {
  store.write((txn) => {
    txn.put(Buffer.from(key), Buffer.from(value), "0");
  });
}

function watch(key: string, more: Partial<WatchCreateRequest> = {}): void {
  stream.create({
    key: Buffer.from(key),
    range_end: Buffer.alloc(0),
    start_revision: "0",
    progress_notify: false,
    filters: [],
    prev_kv: false,
    watch_id: "0",
    fragment: false,
    ...more,
  });
}

/** What came since the last time, shortly: who, what, at which revision of the header. */
function news(): string[] {
  return heard.splice(0).map((response) => {
    const events = response.events.map(({ type, kv, prev_kv: prev }) => {
      const before = prev ? `<${prev.value.toString()}` : "";
      return `${type === "Put" ? "+" : "-"}${kv.key.toString()}${kv.value.toString()}${before}`;
    });
    const flags = (["created", "canceled"] as const).filter((flag) => response[flag]);
    const what = [...flags, ...events].join(" ");
    return `${response.watch_id}@${String(response.header.revision)} ${what}`.trim();
  });
}

describe("a watch stream of the embedded etcd", () => {
  test("tells what comes after the watch, of its keys only", () => {
    put("a", "1");
    watch("a");
    watch("b", { range_end: Buffer.from("d") });
    put("a", "2");
    put("c", "3");
    put("d", "4");
    expect(news()).toEqual(["0@2 created", "1@2 created", "0@3 +a2", "1@4 +c3"]);
  });

  test("tells the past from a revision on in one response, and then the present", () => {
    for (const value of ["1", "2", "3"]) put("a", value);
    watch("a", { start_revision: "3", prev_kv: true });
    put("a", "4");
    expect(news()).toEqual(["0@4 created", "0@4 +a2<1 +a3<2", "0@5 +a4<3"]);
  });

  test("tells at most 1000 revisions of the past in one response", () => {
    for (let i = 0; i < 1500; i++) put("a", "1");
    watch("a", { start_revision: "2" });
    expect(heard.map(({ events }) => events.length)).toEqual([0, 1000, 500]);
  });

  test("waits for a revision to come", () => {
    watch("a", { start_revision: "3" });
    put("a", "1");
    put("a", "2");
    expect(news()).toEqual(["0@1 created", "0@3 +a2"]);
  });

  test("says that a revision was compacted, and by what", () => {
    for (const value of ["1", "2", "3"]) put("a", value);
    store.compact(4);
    watch("a", { start_revision: "3" });
    expect(heard).toMatchObject([
      { watch_id: "0", created: true },
      { watch_id: "0", canceled: true, compact_revision: 4, header: { revision: 0 } },
    ]);
  });

  test("leaves out what is filtered, and says nothing when that is all", () => {
    watch("a", { filters: ["Noput"] });
    watch("a", { filters: ["Nodelete"] });
    put("a", "1");
    store.write((txn) => txn.delete({ kind: "one", start: "a" }));
    expect(news()).toEqual(["0@1 created", "1@1 created", "1@2 +a1", "0@3 -a"]);
  });

  test("chooses ids that are free and refuses one in use", () => {
    watch("a", { watch_id: "1" });
    watch("b");
    watch("c");
    watch("d", { watch_id: "1" });
    watch("e", { range_end: Buffer.from("d") });
    expect(heard.map(({ watch_id, cancel_reason }) => [watch_id, cancel_reason])).toEqual([
      ["1", undefined],
      ["0", undefined],
      ["2", undefined],
      ["-1", "mvcc: duplicate watch ID provided on the WatchStream"],
      ["-1", "mvcc: watcher range is empty"],
    ]);
  });

  test("ends a watch, and passes over an unknown one in silence", () => {
    watch("a");
    stream.cancel("0");
    stream.cancel("0");
    put("a", "1");
    expect(news()).toEqual(["0@1 created", "0@1 canceled"]);
  });

  test("notes progress when asked, and by itself where nothing was heard", () => {
    watch("a", { progress_notify: true });
    watch("b", { progress_notify: true });
    watch("c");
    put("a", "1");
    news();
    stream.progress();
    stream.notifyProgress();
    stream.notifyProgress();
    expect(news()).toEqual(["-1@2", "1@2", "0@2", "1@2"]);
  });

  test("splits what is too large only when it may", () => {
    const large = Buffer.alloc(900_000, "x");
    watch("a", { range_end: Buffer.from("b"), fragment: true });
    watch("a", { range_end: Buffer.from("b") });
    store.write((txn) => {
      for (const key of ["a1", "a2", "a3"]) txn.put(Buffer.from(key), large, "0");
    });
    const parts = heard.slice(2);
    expect(
      parts.map(({ watch_id, fragment, events }) => [watch_id, fragment, events.length]),
    ).toEqual([
      ["0", true, 2],
      ["0", false, 1],
      ["1", undefined, 3],
    ]);
  });

  test("hears nothing after it was closed", () => {
    watch("a");
    hub.close(stream);
    put("a", "1");
    expect(news()).toEqual(["0@1 created"]);
  });
});
