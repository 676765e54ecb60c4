import type { AttemptResult } from "../../call/contract.ts";
import type { Cancellation } from "../../kernel/cancellation.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { HedgeSpec } from "../../protocol/spec.ts";
import type { Bounds, GuardedCall, Next, Try } from "../contract.ts";
import { endedBy } from "../failed.ts";

const ANSWERED = "Another attempt was answered first.";
const SENT = "Another attempt was sent first.";
const UNSENT = "It was not sent before its time limit, and another attempt is under way.";

/** What a hedge layer counts over all its races. */
export interface RaceCounts {
  hedges: number;
  won: number;
}

/** One pass through a hedge layer. */
export interface RacePass {
  readonly call: GuardedCall;
  readonly bounds: Bounds;
  readonly next: Next;
}

interface Runner {
  readonly tried: Try;
  readonly cancellation: Cancellation;
}

/**
 * The tries of one pass that run beside each other. The first good answer counts and the others are
 * cancelled; when all under way have failed, the last one's failure counts: trying again after a
 * failure is the retry's.
 */
export class Race {
  readonly #spec: HedgeSpec;
  readonly #clock: Clock;
  readonly #counts: RaceCounts;
  readonly #pass: RacePass;
  readonly #runners = new Set<Runner>();
  /**
   * Of tries that have failed for the race. What they run may go on: that of a Hystrix command
   * that ran into its timeout and is not interrupted, as long as its caller does not end it.
   */
  readonly #failed = new Set<Runner>();
  #first: Try | undefined;
  #started = 0;
  #cancelTimer: (() => void) | undefined;
  #resolve: ((result: AttemptResult) => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;

  constructor(spec: HedgeSpec, clock: Clock, counts: RaceCounts, pass: RacePass) {
    this.#spec = spec;
    this.#clock = clock;
    this.#counts = counts;
    this.#pass = pass;
  }

  run(first: Try): Promise<AttemptResult> {
    this.#first = first;
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#arm();
      this.#start(first);
    });
  }

  #start(tried: Try): void {
    const { call, bounds, next } = this.#pass;
    const runner = { tried, cancellation: bounds.cancellation.child() };
    this.#started++;
    this.#runners.add(runner);
    // Before it begins: on an idle connection a request is sent at once.
    if (this.#started > 1 && !this.#isHarmless()) this.#soleWhenSent();
    next(call, tried, { ...bounds, cancellation: runner.cancellation }).then(
      (result) => {
        this.#over(runner, result);
      },
      (error: unknown) => {
        this.#cancelTimer?.();
        this.#reject?.(error);
      },
    );
  }

  /** Before the next one starts: the one after it. */
  #arm(): void {
    if (this.#started + 1 >= this.#spec.attempts) return;
    this.#cancelTimer = this.#clock.after(this.#spec.after, this.#hedge);
  }

  readonly #hedge = (): void => {
    const { call, bounds } = this.#pass;
    this.#cancelTimer = undefined;
    if (!this.#mayHedge() || bounds.cancellation.reason) return;
    this.#counts.hedges++;
    const tried = call.open({ hedge: true });
    this.#arm();
    this.#start(tried);
  };

  /** Whether it does no harm that several instances see the call. */
  #isHarmless(): boolean {
    return this.#spec.nonIdempotent || this.#pass.call.idempotent;
  }

  #mayHedge(): boolean {
    if (!this.#pass.call.replayable) return false;
    return this.#isHarmless() || ![...this.#runners].some(({ tried }) => tried.committed);
  }

  /** Only one of them may reach an instance: the first that is sent ends the others. */
  #soleWhenSent(): void {
    for (const runner of this.#runners) {
      runner.tried.whenCommitted = () => {
        // One that was given up may still break off in a way that looks sent.
        if (!this.#runners.has(runner)) return;
        this.#cancelTimer?.();
        this.#giveUpOthers(runner, SENT);
        this.#endFailed(SENT);
      };
    }
  }

  #over(runner: Runner, result: AttemptResult): void {
    if (!this.#runners.delete(runner)) {
      // It was given up before; what it still brought is nobody's.
      result.response?.discard();
      return;
    }
    const isGood = result.outcome === "success";
    if (!isGood && this.#runners.size > 0) {
      this.#failed.add(runner);
      // Only one of them may reach an instance: what goes on without being sent never is.
      if (!this.#isHarmless() && !runner.tried.committed)
        runner.cancellation.cancel(new Error(UNSENT));
      this.#pass.call.ended(runner.tried, result, false, false);
      result.response?.discard();
      return;
    }
    this.#cancelTimer?.();
    this.#giveUpOthers(runner, ANSWERED);
    if (isGood) this.#endFailed(ANSWERED);
    if (runner.tried !== this.#first) {
      if (isGood) this.#counts.won++;
      this.#pass.call.ended(runner.tried, result, false, false);
    }
    this.#resolve?.(result);
  }

  /** The caller needs nothing of them any more. */
  #endFailed(why: string): void {
    for (const { cancellation } of this.#failed) cancellation.cancel(new Error(why));
    this.#failed.clear();
  }

  #giveUpOthers(but: Runner, why: string): void {
    for (const each of this.#runners) {
      if (each === but) continue;
      this.#runners.delete(each);
      each.cancellation.cancel(new Error(why));
      this.#pass.call.ended(
        each.tried,
        endedBy("canceled", each.tried.progress, why),
        false,
        false,
      );
    }
  }
}
