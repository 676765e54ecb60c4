import type { Moment } from "./command-counters.ts";
import type { Permit, PermitEnd } from "../contract.ts";

/** A command, as its permits see it. */
export interface PermittingCommand {
  readonly limit: NonNullable<Permit["limit"]>;
  /** A run that was let in at this time is over. */
  ended(end: PermitEnd, probe: boolean, began: Moment): void;
}

/** The right to run a command, which is also the admission: one object for each call. */
export class CommandPermit implements Permit {
  readonly kind = "admitted";
  readonly probe: boolean;
  readonly #command: PermittingCommand;
  readonly #began: Moment;

  constructor(command: PermittingCommand, probe: boolean, began: Moment) {
    this.probe = probe;
    this.#command = command;
    this.#began = began;
  }

  get permit(): this {
    return this;
  }

  get at(): number {
    return this.#began.micros / 1000;
  }

  get limit(): NonNullable<Permit["limit"]> {
    return this.#command.limit;
  }

  ended(end: PermitEnd): void {
    this.#command.ended(end, this.probe, this.#began);
  }

  finished(): void {
    // A run that goes on after its timeout holds no ticket and is not counted any more.
  }
}
