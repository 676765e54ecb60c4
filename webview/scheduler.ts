/** Times run down, bars shrink: drawn this often even when nothing comes. */
const BEAT_MS = 200;

/** Draws at most once an animation frame, and not at all while nobody looks. */
export class Scheduler {
  #frame: number | undefined;
  readonly #draw: () => void;

  constructor(draw: () => void) {
    this.#draw = draw;
  }

  /** Draws with the next frame. */
  ask(): void {
    if (this.#frame !== undefined) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#draw();
    });
  }

  /** Begins the beat, which lasts as long as the page. */
  start(): void {
    setInterval(() => {
      if (document.visibilityState === "visible") this.ask();
    }, BEAT_MS);
  }
}
