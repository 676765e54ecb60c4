import type { Fact, FactBatch } from "../simulator/protocol/events.ts";
import type { ClusterPhase, Snapshot } from "../simulator/protocol/model.ts";
import { emptySnapshot, reduceBatch } from "../simulator/protocol/reduce.ts";

/** What the webview knows of the cluster. */
export type Connection =
  /** The first snapshot has not come yet. */
  | { readonly kind: "connecting" }
  /** No simulator runs. */
  | { readonly kind: "absent"; readonly phase: ClusterPhase }
  | { readonly kind: "live"; readonly snapshot: Snapshot }
  /** The extension did not answer; `last` is what was seen before. */
  | { readonly kind: "lost"; readonly message: string };

export interface StateOptions {
  /** Asks for the whole state; null while no cluster has been started. */
  readonly askSnapshot: () => Promise<Snapshot | null>;
  /** Something changed; called often, so it should only note it. */
  readonly changed: () => void;
  /** Facts that were carried into the state just now, for what shows them as they happen. */
  readonly happened: (facts: readonly Fact[], at: number) => void;
  readonly now: () => number;
}

/** Batches kept while a snapshot is under way: ten seconds' worth. */
const MOST_WAITING = 100;

/**
 * Carries the state on by the batches that come. After a gap it asks for a snapshot, keeps what
 * comes meanwhile, and goes on from there.
 */
export class State {
  #connection: Connection = { kind: "connecting" };
  #waiting: FactBatch[] | undefined;
  #asked = 0;
  #lagMs = Number.POSITIVE_INFINITY;
  readonly #options: StateOptions;

  constructor(options: StateOptions) {
    this.#options = options;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** The simulator's time in ms since the epoch; its clock need not be this machine's. */
  now(): number {
    const lag = Number.isFinite(this.#lagMs) ? this.#lagMs : 0;
    return this.#options.now() - lag;
  }

  /** Asks for a snapshot and starts over from it. */
  async refresh(): Promise<void> {
    const asked = ++this.#asked;
    this.#waiting = [];
    try {
      const snapshot = await this.#options.askSnapshot();
      if (asked !== this.#asked) return;
      const waiting = this.#waiting;
      this.#become(snapshot ? { kind: "live", snapshot } : { kind: "absent", phase: "stopped" });
      this.#waiting = undefined;
      for (const batch of waiting) this.apply(batch);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#waiting = undefined;
      this.#become({
        kind: "lost",
        message: error instanceof Error ? error.message : String(error),
      });
    }
  }

  /** The simulator came or went; what was asked for before no longer counts. */
  reset(snapshot: Snapshot | null, phase: ClusterPhase): void {
    this.#asked++;
    this.#waiting = undefined;
    this.#lagMs = Number.POSITIVE_INFINITY;
    this.#become(snapshot ? { kind: "live", snapshot } : { kind: "absent", phase });
  }

  apply(batch: FactBatch): void {
    if (this.#waiting) {
      if (this.#waiting.length < MOST_WAITING) this.#waiting.push(batch);
      return;
    }
    const { connection } = this;
    const before = connection.kind === "live" ? connection.snapshot : emptySnapshot();
    const next = reduceBatch(before, batch);
    if (!next) {
      void this.refresh();
      return;
    }
    if (next === before) return;
    const newest = batch.facts.at(-1);
    if (newest) this.#lagMs = Math.min(this.#lagMs, this.#options.now() - newest.at);
    this.#become({ kind: "live", snapshot: next });
    this.#options.happened(batch.facts, this.now());
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    this.#options.changed();
  }
}
