import type { Cancellation } from "../kernel/cancellation.ts";
import type { AttemptProgress, Try } from "../resilience/contract.ts";
import type { AttemptResult } from "./contract.ts";
import type { Picks } from "./picks.ts";
import type { ProgramAttempt } from "./program-attempt.ts";

/** One try of a call, from its opening by a layer to its end. */
export class LiveTry implements Try {
  readonly stay: boolean;
  readonly hedge: boolean;
  readonly progress: AttemptProgress = { sent: false };
  readonly picks: Picks;
  whenCommitted: (() => void) | undefined;
  /** The installed program's, when it goes through one. */
  program: ProgramAttempt | undefined;
  /** Of its newest attempt in the facts; undefined before the first. */
  number: number | undefined;
  /** Whether that attempt has yet to end in the facts. */
  isTold = false;
  /** How it ended. */
  result: AttemptResult | undefined;
  /** What ends the attempt that is being made of it; undefined: none is. */
  running: Cancellation | undefined;
  #committed = false;

  constructor(picks: Picks, { stay = false, hedge = false }: { stay?: boolean; hedge?: boolean }) {
    this.picks = picks;
    this.stay = stay;
    this.hedge = hedge;
  }

  get committed(): boolean {
    return this.#committed;
  }

  /** The request goes out now, or may do so at any moment. */
  commit(): void {
    if (this.#committed) return;
    this.#committed = true;
    this.whenCommitted?.();
  }

  /** The request went out to an instance. */
  readonly sent = (): void => {
    this.progress.sent = true;
    this.commit();
  };
}
