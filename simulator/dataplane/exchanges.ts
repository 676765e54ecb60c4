import type { WireResponse } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Arrival, LoggedTry, ProgramRequest } from "./contract.ts";

/** A line of the log that is later than this after the answer is not waited for. */
const LATEST_MS = 200;

interface Exchange {
  readonly arrived: ProgramRequest["arrived"];
  readonly logged: (tries: readonly LoggedTry[] | undefined) => void;
}

/** The requests that are on their way through one program, by their keys. */
export class Exchanges {
  readonly #clock: Clock;
  readonly #underWay = new Map<string, Exchange>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins one; `answered` is told when all of its answer has passed, or that there is none. */
  begin(request: ProgramRequest): {
    readonly log: Promise<readonly LoggedTry[] | undefined>;
    answered(response: WireResponse | undefined): void;
  } {
    const { key } = request;
    const { promise: log, resolve } = Promise.withResolvers<readonly LoggedTry[] | undefined>();
    const over = (tries: readonly LoggedTry[] | undefined) => {
      this.#underWay.delete(key);
      resolve(tries);
    };
    let giveUp = () => undefined as unknown;
    this.#underWay.set(key, {
      arrived: (arrival) => request.arrived(arrival),
      logged: (tries) => {
        giveUp();
        over(tries);
      },
    });
    return {
      log,
      answered: (response) => {
        if (!response) {
          over(undefined);
          return;
        }
        void response.done.then(() => {
          if (this.#underWay.has(key)) giveUp = this.#clock.after(LATEST_MS, () => over(undefined));
        });
      },
    };
  }

  /** Who takes what arrives with a key. */
  receiver(key: string): ((arrival: Arrival) => Promise<WireResponse>) | undefined {
    return this.#underWay.get(key)?.arrived;
  }

  /** The log tells of one. */
  logged(key: string, tries: readonly LoggedTry[]): void {
    this.#underWay.get(key)?.logged(tries);
  }
}
