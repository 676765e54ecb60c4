import { KEPT_COMMANDS, type StreamCommand, type StreamPool } from "../protocol/model.ts";
import { RecentNames } from "./recent-names.ts";
import type { Told } from "./told.ts";
import { GONE_MS, ToldThings } from "./told-things.ts";

/** All that a stream has told of so far; its memory is bounded whatever it tells. */
export class ToldStream {
  readonly #commands = new ToldThings<StreamCommand>(KEPT_COMMANDS);
  readonly #pools = new ToldThings<StreamPool>(KEPT_COMMANDS);
  #leftOut = new RecentNames(GONE_MS);
  #reportedLeftOut = 0;

  tell(told: Told, now: number): void {
    switch (told.kind) {
      case "command":
        this.#tellCommand(told.command, now);
        break;
      case "pool":
        this.#pools.tell(told.pool, now);
        break;
      case "gone":
        if (told.of === "pool") this.#pools.forget(told.name);
        else {
          this.#commands.forget(told.name);
          this.#leftOut.delete(told.name);
        }
        break;
      case "other":
        break;
    }
  }

  /** Another connection begins: who was left out may be there no more. */
  reconnected(): void {
    this.#leftOut = new RecentNames(GONE_MS);
  }

  /** What changed since the last report; undefined: nothing. */
  takeReport(now: number) {
    const commands = this.#commands.takeChanges(now);
    const pools = this.#pools.takeChanges(now);
    const leftOut = this.#leftOut.size(now);
    const counts = [commands.changed, commands.gone, pools.changed, pools.gone];
    const same = leftOut === this.#reportedLeftOut;
    if (same && counts.every(({ length }) => length === 0)) return undefined;
    this.#reportedLeftOut = leftOut;
    return {
      commands: commands.changed,
      pools: pools.changed,
      goneCommands: commands.gone,
      gonePools: pools.gone,
      leftOut,
    };
  }

  #tellCommand(command: StreamCommand, now: number): void {
    const isNew = !this.#commands.has(command.name);
    const isKept = this.#commands.tell(command, now);
    if (!isKept) this.#leftOut.add(command.name, now);
    else if (isNew) this.#leftOut.delete(command.name);
  }
}
