import { ChangeLog, type Change } from "./change-log.ts";
import { refusal } from "./etcd-error.ts";
import { KeyIndex } from "./key-index.ts";
import { keyText, type KeyRange } from "./key-range.ts";
import type { KeyValue } from "./messages.ts";
import type { ReadView } from "./read-view.ts";
import { WriteTxn } from "./write-txn.ts";

/** Is told of every change, after it was made and before the next one. Must not throw. */
export type ChangeListener = (change: Change) => void;

/** Keys with all their revisions: etcd's multi-version store, in memory. */
export class Store implements ReadView {
  readonly #index = new KeyIndex();
  readonly #log = new ChangeLog();
  readonly #listeners = new Set<ChangeListener>();
  /** An empty store is at revision 1. */
  #revision = 1;
  #compactedRevision = -1;

  get revision(): number {
    return this.#revision;
  }

  get compactedRevision(): number {
    return this.#compactedRevision;
  }

  range(range: KeyRange, revision: number): KeyValue[] {
    if (revision > this.#revision) throw refusal("futureRevision");
    const at = revision <= 0 ? this.#revision : revision;
    if (at < this.#compactedRevision) throw refusal("compacted");
    return this.#index.range(range, at);
  }

  /** Runs `write` as one transaction; it takes one revision, or none when it changes nothing. */
  write<T>(write: (txn: WriteTxn) => T): T {
    const txn = new WriteTxn(this, this.#index);
    try {
      return write(txn);
    } finally {
      if (txn.events.length > 0) this.#commit({ revision: txn.revision, events: txn.events });
    }
  }

  /** The changes from a revision on; what was compacted is not among them. */
  changesFrom(revision: number): readonly Change[] {
    return this.#log.from(revision);
  }

  /** The key as it was just before an event at `revision`, unless that was compacted. */
  before(key: Buffer, revision: number): KeyValue | undefined {
    const at = revision - 1;
    return at < this.#compactedRevision ? undefined : this.#index.at(keyText(key), at);
  }

  /** Size of all that is kept. */
  bytes(): number {
    return this.#index.bytes();
  }

  /** Forgets what only reads before `revision` could see. */
  compact(revision: number): void {
    if (revision <= this.#compactedRevision) throw refusal("compacted");
    if (revision > this.#revision) throw refusal("futureRevision");
    this.#compactedRevision = revision;
    this.#index.compact(revision);
    this.#log.compact(
      revision,
      ({ kv }) => this.#index.at(keyText(kv.key), revision)?.mod_revision === revision,
    );
  }

  /** Tells `listener` of every change from now on; returns the way to stop. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #commit(change: Change): void {
    this.#revision = change.revision;
    this.#log.add(change);
    for (const listener of this.#listeners) listener(change);
  }
}
