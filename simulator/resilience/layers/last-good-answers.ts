import type { Headers, WireResponse } from "../../call/contract.ts";

const MOST_ANSWERS = 1000;
const MOST_BYTES = 16 * 1024 * 1024;
const LARGEST_BYTES = 1024 * 1024;

interface KeptAnswer {
  readonly at: number;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** The last good answers by what was asked; those that were not needed for longest are forgotten. */
export class LastGoodAnswers {
  readonly #maxAgeMs: number;
  /** The one that was used last comes last. */
  readonly #answers = new Map<string, KeptAnswer>();
  #bytes = 0;

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  get size(): number {
    return this.#answers.size;
  }

  /** Keeps an answer whose body is whole and not too large. */
  keep(identity: string, { status, headers, body }: WireResponse, now: number): void {
    this.#forget(identity);
    if (!Buffer.isBuffer(body) || body.length > LARGEST_BYTES) return;
    this.#answers.set(identity, { at: now, status, headers, body });
    this.#bytes += body.length;
    for (const [oldest] of this.#answers) {
      if (this.#answers.size <= MOST_ANSWERS && this.#bytes <= MOST_BYTES) break;
      this.#forget(oldest);
    }
  }

  /** The last good answer, with its age in seconds as HTTP's `Age`; undefined: too old, or none. */
  find(identity: string, now: number): WireResponse | undefined {
    const kept = this.#answers.get(identity);
    if (!kept) return undefined;
    const ageMs = now - kept.at;
    if (ageMs > this.#maxAgeMs) {
      this.#forget(identity);
      return undefined;
    }
    this.#answers.delete(identity);
    this.#answers.set(identity, kept);
    const { status, headers, body } = kept;
    const age = ["age", String(Math.floor(ageMs / 1000))] as const;
    return {
      status,
      headers: [...headers.filter(([name]) => name !== "age"), age],
      body,
      done: Promise.resolve(true),
      discard: () => undefined,
    };
  }

  #forget(identity: string): void {
    const kept = this.#answers.get(identity);
    if (!kept) return;
    this.#answers.delete(identity);
    this.#bytes -= kept.body.length;
  }
}
