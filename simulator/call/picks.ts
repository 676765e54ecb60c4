import type {
  AttemptEnd,
  Member,
  Pick,
  QueuePlace,
  Redispatch,
  Selection,
} from "../balancing/contract.ts";
import type { DataPlane } from "../dataplane/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { AttemptResult } from "./contract.ts";

/** What became of asking for an instance. */
export interface Picked extends Pick {
  /** Time in the balancer's queue; absent: none was needed. */
  readonly queuedMs?: number;
}

/** The picks of one call: each is ended exactly once, however its attempt goes. */
export class Picks {
  readonly #clock: Clock;
  readonly #selection: Selection;
  /** The pick whose attempt is under way. */
  #open: { readonly member: Member; readonly at: number } | undefined;

  constructor(clock: Clock, selection: Selection) {
    this.#clock = clock;
    this.#selection = selection;
  }

  get tries(): number {
    return this.#selection.tries;
  }

  get via(): DataPlane | undefined {
    return this.#selection.via;
  }

  redispatch(): Redispatch | undefined {
    return this.#selection.redispatch?.();
  }

  /** The program picked already: the instance that its request has arrived at. */
  arrived(instance: string, record: boolean): Pick {
    return this.#opened(this.#selection.pick({ record, arrived: instance }));
  }

  /**
   * Picks, and waits in the balancer's queue where that is needed. Without a member nobody could
   * be picked, or not within `queueTimeoutMs`. Rejects with the signal's reason when it is aborted.
   */
  async next(
    ask: { record: boolean; stay: boolean },
    queueTimeoutMs: number,
    signal: AbortSignal,
  ): Promise<Picked> {
    const at = this.#clock.now();
    const pick = this.#selection.pick(ask);
    if (!pick.place) return this.#opened(pick);
    const turn = await this.#turn(pick.place, queueTimeoutMs, signal);
    return this.#opened({ ...(turn ?? pick), queuedMs: this.#clock.now() - at });
  }

  /** The attempt has ended; what is still to come of its answer keeps its place taken. */
  ended(result: AttemptResult, again: boolean, stay = false): void {
    const { response } = result;
    if (!response || again || Buffer.isBuffer(response.body)) {
      this.#close(result, again, stay);
      return;
    }
    const open = this.#open;
    void response.done.then((whole) => {
      if (this.#open !== open) return;
      this.#close(whole ? result : { ...result, outcome: "unavailable" });
    });
  }

  /** Gives back what is still picked: the call broke off. */
  abandon(): void {
    this.#close({ outcome: "canceled", sent: true });
  }

  /** The call is over: no pick follows. */
  over(): void {
    this.#selection.over?.();
  }

  #opened(picked: Picked): Picked {
    if (picked.member) this.#open = { member: picked.member, at: this.#clock.now() };
    return picked;
  }

  #close(result: AttemptResult, again = false, stay = false): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    const end: AttemptEnd = {
      outcome: result.outcome,
      status: result.response?.status,
      sent: result.sent,
      ms: this.#clock.now() - open.at,
      again,
      ...(stay && { stay }),
    };
    this.#selection.ended(open.member, end);
  }

  /** Waits for its turn; undefined when the time was up. */
  #turn(place: QueuePlace, timeoutMs: number, signal: AbortSignal): Promise<Pick | undefined> {
    return new Promise((resolve, reject) => {
      const over = () => {
        cancel();
        signal.removeEventListener("abort", abort);
      };
      const abort = () => {
        over();
        place.leave();
        reject(signal.reason as Error);
      };
      const cancel = this.#clock.after(timeoutMs, () => {
        over();
        place.leave();
        resolve(undefined);
      });
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener("abort", abort, { once: true });
      place.onTurn((pick) => {
        over();
        resolve(pick);
      });
    });
  }
}
