import type { Decision } from "../protocol/model.ts";
import type { AttemptResult } from "./contract.ts";

/** An attempt that starts, as the facts tell it. */
export interface StartedAttempt {
  readonly instance: string | undefined;
  readonly decision: Decision | undefined;
  readonly queuedMs?: number;
  readonly startedAt?: number;
}

/** What the facts tell besides of an attempt that has ended. */
export interface EndedAttempt {
  readonly decision?: Decision;
  readonly endedAt?: number;
}

/** Who tells the facts of a try's attempts, one after the other. */
export interface ToldAttempts {
  started(attempt: StartedAttempt): void;
  ended(result: AttemptResult, more: EndedAttempt): void;
}
