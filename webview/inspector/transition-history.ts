import type { BreakerTransition } from "../../simulator/protocol/model.ts";
import { Poll } from "./poll.ts";

/** How long it waits before it asks again when the last answer was none. */
const AGAIN_MS = 2000;

/**
 * The last changes of a breaker, and which of them is looked at. It asks only when there were more
 * changes; while one is looked at, what is shown stays as it is.
 */
export class TransitionHistory {
  #shown: readonly BreakerTransition[] = [];
  #at: number | undefined;
  /** The count that the newest answer belongs to. */
  #known: number | undefined;
  #wanted = 0;
  readonly #poll: Poll<{ count: number; transitions: readonly BreakerTransition[] }>;

  /** @param ask the changes, oldest first */
  constructor(ask: () => Promise<readonly BreakerTransition[]>, redraw: () => void) {
    this.#poll = new Poll(
      AGAIN_MS,
      async () => {
        const count = this.#wanted;
        return { count, transitions: await ask() };
      },
      redraw,
    );
  }

  /** Call while it is looked at, with the number of changes that there have been. */
  tick(count: number): void {
    if (count !== this.#wanted) {
      this.#wanted = count;
      this.#poll.hurry();
    }
    const { value } = this.#poll;
    if (value && value.count !== this.#known) {
      this.#known = value.count;
      if (this.#at === undefined) this.#shown = value.transitions;
    }
    if (this.#known !== count) this.#poll.tick();
  }

  get problem(): string | undefined {
    return this.#poll.problem;
  }

  /** Oldest first. */
  get transitions(): readonly BreakerTransition[] {
    return this.#shown;
  }

  /** The change that is looked at; undefined: now. */
  get transition(): BreakerTransition | undefined {
    return this.#shown.find(({ id }) => id === this.#at);
  }

  /** Its place among the changes; their number: now. */
  get position(): number {
    const at = this.#shown.findIndex(({ id }) => id === this.#at);
    return at < 0 ? this.#shown.length : at;
  }

  /** Looks at the change at a place; from the last one on: at now. */
  look(position: number): void {
    this.#at = this.#shown[Math.max(0, position)]?.id;
    if (this.#at === undefined) this.#shown = this.#poll.value?.transitions ?? this.#shown;
  }

  /** The place of the newest change after which calls were refused by its own rules. */
  get lastOpening(): number | undefined {
    const at = this.#shown.findLastIndex(({ to, cause }) => to === "open" && cause !== "by-hand");
    return at < 0 ? undefined : at;
  }
}
