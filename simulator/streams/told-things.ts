/** What has not been told of for so long is gone. */
export const GONE_MS = 10_000;

interface Entry<T> {
  value: T;
  toldAt: number;
  /** Its text as it was reported last; undefined: never. */
  reported: string | undefined;
}

/** The newest that a stream told of things of one kind, at most so many. */
export class ToldThings<T extends { readonly name: string }> {
  readonly #kept: number;
  readonly #entries = new Map<string, Entry<T>>();
  /** Reported, and gone since. */
  readonly #gone = new Set<string>();

  constructor(kept: number) {
    this.#kept = kept;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Answers whether it is kept; otherwise there are as many as may be. */
  tell(value: T, now: number): boolean {
    const entry = this.#entries.get(value.name);
    if (entry) {
      entry.value = value;
      entry.toldAt = now;
      return true;
    }
    if (this.#entries.size >= this.#kept) return false;
    this.#entries.set(value.name, { value, toldAt: now, reported: undefined });
    return true;
  }

  forget(name: string): void {
    const entry = this.#entries.get(name);
    if (entry?.reported !== undefined) this.#gone.add(name);
    this.#entries.delete(name);
  }

  /** What changed since the last time, and who is gone. */
  takeChanges(now: number): { changed: T[]; gone: string[] } {
    const changed: T[] = [];
    for (const [name, entry] of this.#entries) {
      if (now - entry.toldAt > GONE_MS) {
        this.forget(name);
        continue;
      }
      const text = JSON.stringify(entry.value);
      if (text === entry.reported) continue;
      entry.reported = text;
      this.#gone.delete(name);
      changed.push(entry.value);
    }
    const gone = [...this.#gone];
    this.#gone.clear();
    return { changed, gone };
  }
}
