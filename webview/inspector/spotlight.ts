/** The instance that is pointed at, or has the focus, in one of a block's tables and drawings. */
export class Spotlight {
  #instance: string | undefined;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get instance(): string | undefined {
    return this.#instance;
  }

  point(instance: string | undefined): void {
    if (instance === this.#instance) return;
    this.#instance = instance;
    this.#changed();
  }

  /** Follows pointer and focus on an element that stands for an instance. */
  follow(target: Element, instance: () => string | undefined): void {
    const on = () => {
      this.point(instance());
    };
    const off = () => {
      this.point(undefined);
    };
    target.addEventListener("pointerenter", on);
    target.addEventListener("focusin", on);
    target.addEventListener("pointerleave", off);
    target.addEventListener("focusout", off);
  }

  /** Class of what belongs to an instance while one is pointed at. */
  classOf(instance: string): "" | " lit" | " dim" {
    if (this.#instance === undefined) return "";
    return this.#instance === instance ? " lit" : " dim";
  }
}
