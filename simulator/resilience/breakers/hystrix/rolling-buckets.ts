/**
 * The finished buckets of a rolling stream (`BucketedRollingCounterStream` and the like), each
 * made on its first event. What happens right at the end of a bucket belongs to the next.
 */
export class RollingBuckets<B> {
  readonly #from: number;
  readonly #bucketMs: number;
  readonly #count: number;
  readonly #create: () => B;
  readonly #kept: { readonly index: number; readonly content: B }[] = [];

  constructor(from: number, bucketMs: number, count: number, create: () => B) {
    this.#from = from;
    this.#bucketMs = bucketMs;
    this.#count = count;
    this.#create = create;
  }

  /** The running bucket. */
  running(now: number): B {
    const index = this.#indexOf(now);
    const last = this.#kept.at(-1);
    if (last?.index === index) return last.content;
    const content = this.#create();
    this.#kept.push({ index, content });
    while ((this.#kept[0]?.index ?? index) < index - this.#count) this.#kept.shift();
    return content;
  }

  /** What the library looks at: the finished buckets, oldest first, without empty ones. */
  finished(now: number): B[] {
    const running = this.#indexOf(now);
    return this.#kept
      .filter(({ index }) => index < running && index >= running - this.#count)
      .map(({ content }) => content);
  }

  #indexOf(now: number): number {
    return Math.floor((now - this.#from) / this.#bucketMs);
  }
}
