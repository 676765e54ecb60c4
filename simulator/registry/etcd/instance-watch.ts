import { Range, type Etcd3, type IWatchResponse } from "etcd3";
import { messageOf } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { InstanceRecord, RegistryWatcher } from "../contract.ts";
import { INSTANCES_PREFIX, parseRecord } from "../instance-keys.ts";

/** Waits between two tries to take up a broken watch, and how many there are: about 10s. */
const RETRY_MS = [50, 100, 250, 500, 1000, 2000, 3000, 3000];

/**
 * One watch of all instances. It lists them, watches from the revision after that of the list,
 * and when the watch breaks (a lost connection, a compaction) it does both again and tells what
 * changed meanwhile; so nothing is missed and nothing is told twice.
 */
export class InstanceWatch {
  readonly #client: Etcd3;
  readonly #teller: RegistryWatcher;
  readonly #scope: Scope;
  #newest = 0;
  /** What was told: by key the record and the revision it came with. */
  readonly #known = new Map<string, { record: InstanceRecord; revision: number }>();

  constructor(client: Etcd3, teller: RegistryWatcher, scope: Scope) {
    this.#client = client;
    this.#teller = teller;
    this.#scope = scope;
  }

  /** Resolves when the first state has been told and the watch stands; rejects when it cannot. */
  start(): Promise<void> {
    return this.#listAndWatch();
  }

  /** A revision was heard of, here or in some other answer of the registry. */
  heardOf(revision: number): void {
    if (revision <= this.#newest) return;
    this.#newest = revision;
    this.#teller.revised(revision);
  }

  async #listAndWatch(): Promise<void> {
    const listed = await this.#client.getAll().prefix(INSTANCES_PREFIX).exec();
    if (this.#scope.ended) return;
    const revision = Number(listed.header.revision);
    const present = new Set(listed.kvs.map(({ key }) => key.toString()));
    for (const key of [...this.#known.keys()]) {
      if (!present.has(key)) this.#gone(key, revision);
    }
    for (const { key, value, mod_revision } of listed.kvs) {
      this.#came(key.toString(), value.toString(), Number(mod_revision));
    }
    // A registry that was started afresh begins its revisions anew.
    this.#newest = 0;
    this.heardOf(revision);
    await this.#watchFrom(revision + 1);
  }

  async #watchFrom(revision: number): Promise<void> {
    // The client's own watcher takes its position from the answer to its creation, and so loses
    // what happened before that when its connection breaks just then. Hence the stream itself.
    const stream = await this.#client.watchClient.watch();
    return new Promise((resolve, reject) => {
      let state: "connecting" | "connected" | "over" = "connecting";
      const over = (error: Error) => {
        if (state === "over") return;
        const wasConnected = state === "connected";
        state = "over";
        forget();
        stream.cancel();
        if (wasConnected) void this.#takeUp(error);
        else if (this.#scope.ended) resolve();
        else reject(error);
      };
      stream.on("data", (response) => {
        if (state === "over") return;
        if (response.canceled) {
          over(new Error(cancellation(response)));
          return;
        }
        if (response.created) state = "connected";
        this.#tell(response);
        resolve();
      });
      stream.on("error", over);
      stream.on("end", () => {
        over(new Error("The registry ended the watch."));
      });
      const forget = this.#scope.add(() => {
        over(new Error("The watch was ended."));
      });
      const { start: key, end: range_end } = Range.prefix(INSTANCES_PREFIX);
      const create_request = { key, range_end, start_revision: String(revision) };
      stream.write({ create_request: { ...create_request, progress_notify: true } });
    });
  }

  async #takeUp(cause: Error): Promise<void> {
    let last: unknown = cause;
    for (const ms of RETRY_MS) {
      if (!(await this.#pause(ms))) return;
      try {
        await this.#listAndWatch();
        return;
      } catch (error) {
        last = error;
      }
    }
    if (this.#scope.ended) return;
    const message = `The watch of the registry broke and could not be taken up again: `;
    this.#teller.failed(new Error(message + messageOf(last), { cause: last }));
  }

  /** Resolves after a while with whether the watch is still wanted. */
  #pause(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const { signal } = this.#scope;
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve(!this.#scope.ended);
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  #tell(response: IWatchResponse): void {
    for (const { type, kv } of response.events) {
      const key = kv.key.toString();
      const revision = Number(kv.mod_revision);
      if (type === "Delete") this.#gone(key, revision);
      else this.#came(key, kv.value.toString(), revision);
    }
    this.heardOf(Number(response.header.revision));
  }

  #came(key: string, value: string, revision: number): void {
    if (this.#known.get(key)?.revision === revision) return;
    const record = parseRecord(key, value);
    if (typeof record === "string") {
      // What was there before is overwritten, so it is not there any more.
      this.#gone(key, revision);
      this.#teller.ignored?.(record, revision);
      return;
    }
    this.#known.set(key, { record, revision });
    this.#teller.put(record, revision);
  }

  #gone(key: string, revision: number): void {
    const known = this.#known.get(key);
    if (!known) return;
    this.#known.delete(key);
    this.#teller.deleted(known.record.service, known.record.instance, revision);
  }
}

function cancellation({ cancel_reason, compact_revision }: IWatchResponse): string {
  if (cancel_reason !== "") return `The registry ended the watch: ${cancel_reason}`;
  return `The registry ended the watch: it was compacted at revision ${compact_revision}.`;
}
