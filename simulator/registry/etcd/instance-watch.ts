import type { Etcd3, IWatchResponse, Watcher } from "etcd3";
import { messageOf } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { InstanceRecord, RegistryWatcher } from "../contract.ts";
import { INSTANCES_PREFIX, parseRecord } from "../instance-keys.ts";

/** Waits between two tries to take up a broken watch, and how many there are: about 10 s. */
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

  #watchFrom(revision: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const builder = this.#client.watch().prefix(INSTANCES_PREFIX);
      const watcher = builder.startRevision(String(revision)).watcher();
      let state: "connecting" | "connected" | "over" = "connecting";
      const over = (error: Error) => {
        if (state === "over") return;
        const wasConnected = state === "connected";
        state = "over";
        forget();
        detach(watcher);
        if (wasConnected) void this.#takeUp(error);
        else if (this.#scope.ended) resolve();
        else reject(error);
      };
      const forget = this.#scope.add(() => {
        over(new Error("The watch was ended."));
      });
      watcher.on("connected", (response) => {
        state = "connected";
        this.heardOf(Number(response.header.revision));
        resolve();
      });
      watcher.on("data", (response) => {
        if (state !== "over") this.#tell(response);
      });
      watcher.on("disconnected", over);
      watcher.on("error", over);
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

/** Lets go of a watcher. The client rejects this when its stream broke, which is no news here. */
function detach(watcher: Watcher): void {
  watcher.removeAllListeners("put");
  watcher.cancel().catch(() => undefined);
}
