import { refusal } from "./etcd-error.ts";
import type { KeyIndex } from "./key-index.ts";
import { keyText, type KeyRange } from "./key-range.ts";
import type { Event, KeyValue } from "./messages.ts";
import type { ReadView } from "./read-view.ts";

const NO_VALUE = Buffer.alloc(0);

/** Writes that share one revision. Its reads see what it wrote so far. */
export class WriteTxn implements ReadView {
  readonly events: Event[] = [];
  readonly #base: ReadView;
  readonly #index: KeyIndex;
  readonly #writeRevision: number;

  constructor(base: ReadView, index: KeyIndex) {
    this.#base = base;
    this.#index = index;
    this.#writeRevision = base.revision + 1;
  }

  get revision(): number {
    return this.events.length > 0 ? this.#writeRevision : this.#base.revision;
  }

  get compactedRevision(): number {
    return this.#base.compactedRevision;
  }

  range(range: KeyRange, revision: number): KeyValue[] {
    if (revision > this.revision) throw refusal("futureRevision");
    const at = revision <= 0 ? this.revision : revision;
    if (at < this.compactedRevision) throw refusal("compacted");
    return this.#index.range(range, at);
  }

  put(key: Buffer, value: Buffer, lease: string): void {
    const text = keyText(key);
    const revision = this.#writeRevision;
    const before = this.#index.at(text, revision);
    const kv: KeyValue = {
      key,
      create_revision: before?.create_revision ?? revision,
      mod_revision: revision,
      version: (before?.version ?? 0) + 1,
      value,
      lease,
    };
    this.#index.add(text, revision, kv);
    this.events.push({ type: "Put", kv });
  }

  /** Deletes the keys of a range; returns how many there were. */
  delete(range: KeyRange): number {
    const found = this.#index.range(range, this.#writeRevision);
    for (const { key } of found) {
      const mod_revision = this.#writeRevision;
      this.#index.add(keyText(key), mod_revision, undefined);
      const gone = { create_revision: 0, version: 0, value: NO_VALUE, lease: "0" };
      this.events.push({ type: "Delete", kv: { key, mod_revision, ...gone } });
    }
    return found.length;
  }
}
