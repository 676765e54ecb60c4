import type { AttemptEnd, Member, Pick, QueuePlace, Selection } from "../balancing/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { Clock } from "../kernel/clock.ts";
import type { AttemptResult } from "./contract.ts";

/** What became of asking for an instance. */
export interface Picked extends Pick {
  /** Time in the balancer's queue; absent: none was needed. */
  readonly queuedMs?: number;
}

/** The picks of one try, one after the other: each is ended exactly once, however it goes. */
export class Picks {
  readonly #clock: Clock;
  readonly #selection: Selection;
  /** The pick whose attempt is under way. */
  #open: { readonly member: Member; readonly at: number } | undefined;

  constructor(clock: Clock, selection: Selection) {
    this.#clock = clock;
    this.#selection = selection;
  }

  /** The program picked already: the instance that its request has arrived at. */
  arrived(instance: string, record: boolean): Pick {
    return this.#opened(this.#selection.pick({ record, arrived: instance }));
  }

  /**
   * Picks, and waits in the balancer's queue where that is needed. Without a member nobody could
   * be picked, or not within `queueTimeoutMs`; undefined when it was given up meanwhile.
   */
  next(
    ask: { record: boolean; stay: boolean },
    queueTimeoutMs: number,
    cancellation: Cancellation,
  ): Picked | Promise<Picked | undefined> {
    const pick = this.#selection.pick(ask);
    if (!pick.place) return this.#opened(pick);
    return this.#queued(pick, pick.place, queueTimeoutMs, cancellation);
  }

  /** Its attempt has ended; what is still to come of its answer keeps its place taken. */
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

  /** Waits for its turn. */
  #queued(
    pick: Pick,
    place: QueuePlace,
    timeoutMs: number,
    cancellation: Cancellation,
  ): Promise<Picked | undefined> {
    const at = this.#clock.now();
    return new Promise((resolve) => {
      const canceled = () => {
        cancel();
        place.leave();
        resolve(undefined);
      };
      const listener = { canceled };
      const over = (turn: Pick) => {
        cancel();
        cancellation.unlisten(listener);
        resolve(this.#opened({ ...turn, queuedMs: this.#clock.now() - at }));
      };
      const cancel = this.#clock.after(timeoutMs, () => {
        place.leave();
        over(pick);
      });
      if (cancellation.reason) {
        canceled();
        return;
      }
      cancellation.listen(listener);
      place.onTurn((turn) => {
        over(turn ?? pick);
      });
    });
  }
}
