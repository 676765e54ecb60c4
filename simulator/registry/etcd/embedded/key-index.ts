import type { KeyRange, KeyText } from "./key-range.ts";
import type { KeyValue } from "./messages.ts";

/** What a key was from a revision on; no `kv`: deleted. */
interface Version {
  readonly revision: number;
  readonly kv: KeyValue | undefined;
}

/** All keys in byte order, each with its versions, oldest first. */
export class KeyIndex {
  #keys: KeyText[] = [];
  readonly #versions = new Map<KeyText, Version[]>();

  /** The key at a revision: its newest version that is not younger. */
  at(key: KeyText, revision: number): KeyValue | undefined {
    const versions = this.#versions.get(key);
    if (!versions) return undefined;
    for (let i = versions.length - 1; i >= 0; i--) {
      const version = versions[i];
      if (version && version.revision <= revision) return version.kv;
    }
    return undefined;
  }

  /** The keys of a range that were there at a revision, in byte order. */
  range(range: KeyRange, revision: number): KeyValue[] {
    if (range.kind === "one") {
      const kv = this.at(range.start, revision);
      return kv ? [kv] : [];
    }
    const found: KeyValue[] = [];
    for (let i = this.#position(range.start); i < this.#keys.length; i++) {
      const key = this.#keys[i];
      if (key === undefined || (range.kind === "below" && key >= range.end)) break;
      const kv = this.at(key, revision);
      if (kv) found.push(kv);
    }
    return found;
  }

  /** Adds the newest version of a key. */
  add(key: KeyText, revision: number, kv: KeyValue | undefined): void {
    const versions = this.#versions.get(key);
    if (versions) {
      versions.push({ revision, kv });
      return;
    }
    this.#versions.set(key, [{ revision, kv }]);
    this.#keys.splice(this.#position(key), 0, key);
  }

  /** Forgets what no read at `revision` or later can see. */
  compact(revision: number): void {
    let gone = false;
    for (const [key, versions] of this.#versions) {
      let seen = -1;
      while ((versions[seen + 1]?.revision ?? Infinity) <= revision) seen++;
      if (seen < 0) continue;
      // A deletion that is the oldest version says no more than no version at all.
      versions.splice(0, versions[seen]?.kv ? seen : seen + 1);
      if (versions.length > 0) continue;
      this.#versions.delete(key);
      gone = true;
    }
    if (gone) this.#keys = this.#keys.filter((key) => this.#versions.has(key));
  }

  /** Size of all keys and values, of all revisions. */
  bytes(): number {
    let sum = 0;
    for (const versions of this.#versions.values()) {
      for (const { kv } of versions) sum += kv ? kv.key.length + kv.value.length : 0;
    }
    return sum;
  }

  /** Where the key is, or would be. */
  #position(key: KeyText): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#keys[middle] ?? "") < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
