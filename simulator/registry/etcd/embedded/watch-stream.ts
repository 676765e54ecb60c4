import type { Change } from "./change-log.ts";
import { fragmentsOf } from "./fragments.ts";
import type { Event, WatchCreateRequest, WatchResponse } from "./messages.ts";
import type { Store } from "./store.ts";
import { watchedRange, Watcher } from "./watcher.ts";

/** Revisions that one response about the past has at most. */
const MAX_REVISIONS_PER_RESPONSE = 1000;

/** Where responses go. Must not throw. */
export type WatchSink = (response: WatchResponse) => void;

/** The watchers of one client's stream. */
export class WatchStream {
  readonly #watchers = new Map<string, Watcher>();
  readonly #store: Store;
  readonly #send: WatchSink;
  #nextId = 0;

  constructor(store: Store, send: WatchSink) {
    this.#store = store;
    this.#send = send;
  }

  /** Starts a watch, with what happened since its start revision. */
  create(request: WatchCreateRequest): void {
    const revision = this.#store.revision;
    const header = { revision };
    const refuse = (cancel_reason: string) => {
      this.#send({
        header,
        watch_id: "-1",
        created: true,
        canceled: true,
        cancel_reason,
        events: [],
      });
    };
    const range = watchedRange(request);
    if (range.kind === "below" && range.start >= range.end) {
      refuse("mvcc: watcher range is empty");
      return;
    }
    const auto = request.watch_id === "0";
    if (!auto && this.#watchers.has(request.watch_id)) {
      refuse("mvcc: duplicate watch ID provided on the WatchStream");
      return;
    }
    const id = auto ? this.#newId() : request.watch_id;
    const asked = Number(request.start_revision);
    const watcher = new Watcher(id, request, asked === 0 ? revision + 1 : asked);
    this.#watchers.set(id, watcher);
    this.#send({ header, watch_id: id, created: true, events: [] });
    this.#replay(watcher);
  }

  /** Ends a watch; an unknown id is passed over in silence. */
  cancel(id: string): void {
    if (!this.#watchers.delete(id)) return;
    this.#send(this.#note(id, { canceled: true }));
  }

  /** Answers a client that asks how far the stream is. */
  progress(): void {
    this.#send(this.#note("-1"));
  }

  /** Tells the watchers that want it, and heard nothing since the last time, how far they are. */
  notifyProgress(): void {
    for (const watcher of this.#watchers.values()) {
      const silent = !watcher.heardEvents && !watcher.compacted;
      watcher.heardEvents = false;
      if (watcher.wantsProgress && silent) this.#send(this.#note(watcher.id));
    }
  }

  /** Passes a change on to the watchers of its keys. */
  onChange(change: Change): void {
    for (const watcher of this.#watchers.values()) {
      this.#deliver(watcher, change.revision, watcher.select(change, this.#store));
    }
  }

  #replay(watcher: Watcher): void {
    const { revision, compactedRevision } = this.#store;
    if (watcher.startRevision < compactedRevision) {
      watcher.compacted = true;
      this.#send({
        header: { revision: 0 },
        watch_id: watcher.id,
        // A compaction at 0, which compacts nothing, is not recognised as one.
        canceled: compactedRevision !== 0,
        compact_revision: compactedRevision,
        events: [],
      });
      return;
    }
    // Only -1 in a store that was never compacted comes here; etcd tells such a watch no past.
    if (watcher.startRevision < 0) return;
    const parts = this.#store
      .changesFrom(watcher.startRevision)
      .map((change) => watcher.select(change, this.#store))
      .filter((events) => events.length > 0);
    for (let i = 0; i < parts.length; i += MAX_REVISIONS_PER_RESPONSE) {
      this.#deliver(watcher, revision, parts.slice(i, i + MAX_REVISIONS_PER_RESPONSE).flat());
    }
  }

  #deliver(watcher: Watcher, revision: number, events: Event[]): void {
    if (events.length === 0) return;
    watcher.heardEvents = true;
    const response = { header: { revision }, watch_id: watcher.id, events };
    const parts = watcher.wantsFragments ? fragmentsOf(response) : [response];
    for (const part of parts) this.#send(part);
  }

  #note(id: string, more: Partial<WatchResponse> = {}): WatchResponse {
    return { header: { revision: this.#store.revision }, watch_id: id, events: [], ...more };
  }

  #newId(): string {
    while (this.#watchers.has(String(this.#nextId))) this.#nextId++;
    return String(this.#nextId++);
  }
}
