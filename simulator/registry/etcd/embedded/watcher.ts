import type { Change } from "./change-log.ts";
import { contains, keyRange, keyText, type KeyRange } from "./key-range.ts";
import type { Event, WatchCreateRequest } from "./messages.ts";
import type { Store } from "./store.ts";

/** One watch of a stream: which events of which keys it wants, and how. */
export class Watcher {
  readonly id: string;
  readonly range: KeyRange;
  readonly wantsProgress: boolean;
  readonly wantsFragments: boolean;
  /** Events before it are not for this watcher. */
  readonly startRevision: number;
  /** Whether events came since the last progress note was due. */
  heardEvents = false;
  /** Ended by a compaction; still known by its id, as etcd has it. */
  compacted = false;
  readonly #filters: ReadonlySet<unknown>;
  readonly #wantsPrevKv: boolean;

  constructor(id: string, request: WatchCreateRequest, startRevision: number) {
    this.id = id;
    this.range = watchedRange(request);
    this.startRevision = startRevision;
    this.wantsProgress = request.progress_notify;
    this.wantsFragments = request.fragment;
    this.#wantsPrevKv = request.prev_kv;
    this.#filters = new Set(request.filters);
  }

  /** The events of a change that this watcher is to be told. */
  select(change: Change, store: Store): Event[] {
    if (this.compacted || change.revision < this.startRevision) return [];
    const selected = change.events.filter(
      ({ type, kv }) =>
        contains(this.range, keyText(kv.key)) &&
        !this.#filters.has(type === "Put" ? "Noput" : "Nodelete"),
    );
    return this.#wantsPrevKv ? selected.map((event) => withPrevKv(event, store)) : selected;
  }
}

/** The keys that a request is about: unlike elsewhere the empty key is the first one. */
export function watchedRange(request: WatchCreateRequest): KeyRange {
  const key = request.key.length > 0 ? request.key : Buffer.from([0]);
  return keyRange(key, request.range_end);
}

function withPrevKv(event: Event, store: Store): Event {
  const isCreation = event.type === "Put" && event.kv.version === 1;
  const before = isCreation ? undefined : store.before(event.kv.key, event.kv.mod_revision);
  return before ? { ...event, prev_kv: before } : event;
}
