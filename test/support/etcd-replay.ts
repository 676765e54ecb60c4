import type { Scope } from "../../simulator/kernel/scope.ts";
import { EtcdClient, type Message, type Outcome } from "./etcd-client.ts";
import type { Operation } from "./etcd-operations.ts";
import { comparable } from "./etcd-comparable.ts";
import { WatchRecorder, type WatchMessage } from "./etcd-watch.ts";

/** A key that no operation uses. */
const FENCE_KEY = Buffer.from("fence");
const BYTES = new Set(["key", "range_end", "value"]);

/** One server under a differential test, with one stream of watches and one of renewals. */
export class EtcdReplay {
  readonly #client: EtcdClient;
  readonly #watches: WatchRecorder;
  readonly #scope: Scope;

  constructor(address: string, scope: Scope) {
    this.#scope = scope;
    this.#client = new EtcdClient(address, scope);
    this.#watches = new WatchRecorder(this.#client, scope);
  }

  async revision(): Promise<number> {
    const outcome = await this.#client.call("KV.Range", { key: FENCE_KEY });
    if (!outcome.ok) throw new Error(outcome.details);
    return Number((outcome.answer.header as { revision: string }).revision);
  }

  /** Runs one operation at a store that is at `revision`; resolves with what is to be compared. */
  async run(operation: Operation, revision: number): Promise<unknown> {
    switch (operation.kind) {
      case "call": {
        // What watches that are not up to date yet see of a compaction is a matter of luck.
        if (operation.method === "KV.Compact") await this.#fence();
        const request = wire(operation.request, revision);
        return comparable(await this.#client.call(operation.method, request), operation.request);
      }
      case "keep-alive":
        return comparable(await this.#keepAlive(operation.ID), {});
      case "watch":
        return (await this.#watches.create(watchable(wire(operation.request, revision)))).watch_id;
      case "cancel": {
        await this.#fence();
        this.#watches.tell({ cancel_request: { watch_id: operation.watch_id } });
        // An unknown id is not answered, so the answer to compare is that of the next request.
        return (await this.#progress()).header.revision;
      }
      case "progress":
        return comparable(await this.#progress(), {});
    }
  }

  /** By watch id all that was heard: notes as they are, events in one row. */
  async heard(): Promise<unknown> {
    await this.#fence();
    const byId = new Map<string, unknown[]>();
    for (const { header, watch_id, events, fragment: _, ...note } of this.#watches.heard) {
      const row = byId.get(watch_id) ?? [];
      byId.set(watch_id, row);
      if (note.created || note.canceled) row.push({ revision: header.revision, ...note });
      // Of the last fence's change the watches hear in any order, so that of some it is still due.
      const own = events.filter(({ kv }) => !FENCE_KEY.equals((kv as { key: Buffer }).key));
      row.push(...own.map((event) => comparable(event, {})));
    }
    return Object.fromEntries(byId);
  }

  /** Resolves when all watches have heard of all that happened. */
  async #fence(): Promise<void> {
    // Watches of the past catch up together, and before later changes are told.
    const put = await this.#client.call("KV.Put", { key: FENCE_KEY, value: FENCE_KEY });
    if (!put.ok) throw new Error(put.details);
    const start_revision = (put.answer.header as { revision: string }).revision;
    const from = this.#watches.heard.length;
    const { watch_id } = await this.#watches.create({ key: FENCE_KEY, start_revision });
    await this.#watches.next(from, (response) => isFence(response, watch_id));
    const second = this.#watches.heard.length;
    await this.#client.call("KV.Put", { key: FENCE_KEY, value: FENCE_KEY });
    await this.#watches.next(second, (response) => isFence(response, watch_id));
  }

  #progress(): Promise<WatchMessage> {
    const isProgress = ({ watch_id, created }: WatchMessage) => watch_id === "-1" && !created;
    return this.#watches.ask({ progress_request: {} }, isProgress);
  }

  #keepAlive(ID: string): Promise<Outcome> {
    const stream = this.#client.stream("Lease.LeaseKeepAlive");
    const forget = this.#scope.add(() => {
      stream.cancel();
    });
    return new Promise((resolve) => {
      stream.on("data", (answer: Message) => {
        resolve({ ok: true, answer });
        stream.end();
      });
      stream.on("error", (error: Error) => {
        resolve({ ok: false, code: -1, details: error.message });
      });
      stream.on("end", forget);
      stream.write({ ID });
    });
  }
}

function isFence({ watch_id, events }: WatchMessage, id: string): boolean {
  return watch_id === id && events.length > 0;
}

/**
 * In a store that was never compacted a start at -1 makes etcd forget what it owes to the other
 * watches that catch up at the same time, so random sequences have none.
 */
function watchable(request: Message): Message {
  return request.start_revision === "-1" ? { ...request, start_revision: "-2" } : request;
}

/**
 * The request as it is sent: text as bytes, revisions counted back as numbers. What is empty is
 * left out, as encoders do: to a server in Go an empty `range_end` that is sent is not a missing
 * one.
 */
function wire(request: Message, revision: number): Message {
  const convert = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((each) => convert(name, each));
    if (typeof value === "string" && BYTES.has(name)) return Buffer.from(value, "latin1");
    if (typeof value !== "object" || value === null) return value;
    if ("back" in value) return String(revision - Number(value.back));
    return wire(value as Message, revision);
  };
  return Object.fromEntries(
    Object.entries(request)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => [name, convert(name, value)]),
  );
}
