import type { Scope } from "../kernel/scope.ts";

/** Tells of a value at most once in a while: the first at once, later the newest. */
export class Throttle<T> {
  readonly #everyMs: number;
  readonly #tell: (value: T) => void;
  #timer: NodeJS.Timeout | undefined;
  #waiting: { value: T } | undefined;

  constructor(everyMs: number, scope: Scope, tell: (value: T) => void) {
    this.#everyMs = everyMs;
    this.#tell = tell;
    scope.add(() => clearTimeout(this.#timer));
  }

  say(value: T): void {
    if (this.#timer) {
      this.#waiting = { value };
      return;
    }
    this.#tell(value);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const waiting = this.#waiting;
      this.#waiting = undefined;
      if (waiting) this.say(waiting.value);
    }, this.#everyMs);
  }
}
