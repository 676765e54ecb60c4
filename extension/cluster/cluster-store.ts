import type { FactBatch } from "../../simulator/protocol/events.ts";
import type { Snapshot } from "../../simulator/protocol/model.ts";
import { emptySnapshot, reduceBatch } from "../../simulator/protocol/reduce.ts";

/** The state of one cluster, carried on by its facts; after a gap it asks for a snapshot. */
export class ClusterStore {
  readonly #fetch: () => Promise<Snapshot>;
  readonly #changed: () => void;
  #snapshot: Snapshot;
  /** Batches that came while a snapshot was asked for; undefined when none is. */
  #waiting: FactBatch[] | undefined;

  /**
   * @param fetch asks the simulator for its snapshot
   * @param changed called after every change
   */
  constructor(name: string, fetch: () => Promise<Snapshot>, changed: () => void) {
    this.#snapshot = emptySnapshot(name);
    this.#fetch = fetch;
    this.#changed = changed;
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  take(batch: FactBatch): void {
    if (this.#waiting) {
      this.#waiting.push(batch);
      return;
    }
    const next = reduceBatch(this.#snapshot, batch);
    if (next) this.#replace(next);
    else void this.#resynchronize(batch);
  }

  /**
   * Rejects never: a simulator that cannot answer is gone or stopping, which its process's exit
   * tells; until then the last known state stands.
   */
  async #resynchronize(first: FactBatch): Promise<void> {
    const waiting = (this.#waiting = [first]);
    const fetched = await this.#fetch().catch(() => undefined);
    this.#waiting = undefined;
    if (!fetched) return;
    let next = fetched;
    for (const batch of waiting) next = reduceBatch(next, batch) ?? next;
    this.#replace(next);
  }

  #replace(next: Snapshot): void {
    if (next === this.#snapshot) return;
    this.#snapshot = next;
    this.#changed();
  }
}
