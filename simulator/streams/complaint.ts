/** So long a complaint stands that is not made again. */
const STANDS_MS = 10_000;

/**
 * What is wrong with what a stream sends, in one sentence. The first stands as long as there is
 * anything wrong: a stream of garbage is one problem, not a flicker of many.
 */
export class Complaint {
  #sentence: string | undefined;
  #madeAt = 0;

  make(sentence: string, now: number): void {
    this.#sentence = this.current(now) ?? sentence;
    this.#madeAt = now;
  }

  current(now: number): string | undefined {
    return now - this.#madeAt <= STANDS_MS ? this.#sentence : undefined;
  }
}
