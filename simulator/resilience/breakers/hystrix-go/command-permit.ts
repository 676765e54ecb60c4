import type { Permit, PermitEnd } from "../contract.ts";

/** A command, as its permits see it. */
export interface PermittingCommand {
  readonly limit: NonNullable<Permit["limit"]>;
  /** A run that was let in at this time is over. */
  ended(end: PermitEnd, probe: boolean, beganMicros: number): void;
}

/** The right to run a command, which is also the admission: one object for each call. */
export class CommandPermit implements Permit {
  readonly kind = "admitted";
  readonly probe: boolean;
  readonly #command: PermittingCommand;
  readonly #beganMicros: number;

  constructor(command: PermittingCommand, probe: boolean, beganMicros: number) {
    this.probe = probe;
    this.#command = command;
    this.#beganMicros = beganMicros;
  }

  get permit(): this {
    return this;
  }

  get at(): number {
    return this.#beganMicros / 1000;
  }

  get limit(): NonNullable<Permit["limit"]> {
    return this.#command.limit;
  }

  ended(end: PermitEnd): void {
    this.#command.ended(end, this.probe, this.#beganMicros);
  }

  finished(): void {
    // A run that goes on after its timeout holds no ticket and is not counted any more.
  }
}
