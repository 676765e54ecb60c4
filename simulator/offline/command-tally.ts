import type { BreakerStatus, BreakerTransition } from "../protocol/breaker-model.ts";
import type { CommandOutcome, CommandRun } from "../protocol/command-run-model.ts";
import { nearestRank } from "./summary.ts";

/** About as many bars as a page has room for. */
const BARS = 80;
/** The first transitions, and states, that are kept. */
const KEPT = 200;
const STEPS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000,
];

type Outcomes = Record<CommandOutcome, number>;
type Kept = CommandRun["transitions"][number];

const none = (): Outcomes => ({
  ...{ success: 0, failure: 0, timeout: 0, rejected: 0, "short-circuit": 0 },
});

/** Counts what became of a command's calls. Times in ms since the beginning. */
export class CommandTally {
  readonly #bucketMs: number;
  readonly #buckets: Outcomes[] = [];
  readonly #outcomes = none();
  readonly #waits: number[] = [];
  readonly #states: { at: number; status: BreakerStatus }[] = [];
  readonly #transitions: Kept[] = [];
  #lastTransition = 0;

  /** @param durationMs for how long calls are made */
  constructor(durationMs: number) {
    this.#bucketMs = STEPS_MS.find((step) => durationMs / step <= BARS) ?? 60_000;
  }

  ended(outcome: CommandOutcome, at: number, waitedMs: number): void {
    const index = Math.floor(at / this.#bucketMs);
    while (this.#buckets.length <= index) this.#buckets.push(none());
    const bucket = this.#buckets[index];
    if (bucket) bucket[outcome]++;
    this.#outcomes[outcome]++;
    this.#waits.push(waitedMs);
  }

  state(at: number, status: BreakerStatus): void {
    if (this.#states.at(-1)?.status !== status && this.#states.length < KEPT)
      this.#states.push({ at, status });
  }

  /** The newest transition; told more than once it counts once. */
  transition({ calls: _calls, call: _call, ...kept }: BreakerTransition): void {
    if (kept.id <= this.#lastTransition) return;
    this.#lastTransition = kept.id;
    if (this.#transitions.length < KEPT) this.#transitions.push(kept);
  }

  summary(elapsedMs: number): Omit<CommandRun, "title" | "rule" | "cut"> {
    const waits = this.#waits.sort((a, b) => a - b);
    return {
      calls: waits.length,
      elapsedMs,
      outcomes: this.#outcomes,
      p50: nearestRank(waits, 0.5),
      p95: nearestRank(waits, 0.95),
      p99: nearestRank(waits, 0.99),
      bucketMs: this.#bucketMs,
      buckets: this.#buckets,
      states: this.#states,
      transitionCount: this.#lastTransition,
      transitions: this.#transitions,
    };
  }
}
