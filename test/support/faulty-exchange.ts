import { getEventListeners } from "node:events";
import { Readable } from "node:stream";
import {
  WireError,
  type FaultyPath,
  type PassingRequest,
  type WireResponse,
} from "../../simulator/call/contract.ts";

/** An attempt on its way, as faults may find it. */
export interface TestedAttempt extends Partial<PassingRequest> {
  readonly instance?: string;
  readonly path?: string;
  /** What the instance answers; a stream is a body that comes in pieces. */
  readonly body?: Buffer | readonly string[];
}

/** What became of an attempt. */
export class FaultyExchange {
  /** Kinds of the faults that touched it. */
  readonly faults: string[] = [];
  /** Whether the request went out, and whether the instance got it. */
  sent = false;
  asked = false;
  response: WireResponse | undefined;
  error: Error | undefined;
  /** When it was over, by `Date.now`. */
  overAt: number | undefined;
  /** The body as far as it came. */
  body = "";
  /** Whether all of the body came. */
  whole: boolean | undefined;
  readonly #abort = new AbortController();

  /** Sends an attempt at `cart-1` of `cart` on its way, unless it is said otherwise. */
  constructor(path: FaultyPath, attempt: TestedAttempt = {}) {
    const { instance = "cart-1", service = "cart", method = "POST", headers = [] } = attempt;
    const { caller = { kind: "external" }, body = Buffer.from("hello") } = attempt;
    const request = { service, method, headers, caller };
    const send = () => {
      [this.sent, this.asked] = [true, true];
      return Promise.resolve(answerOf(body));
    };
    const passage = path.pass(instance, request, attempt.path ?? "/");
    const sent = () => (this.sent = true);
    const touched = (kind: string) => this.faults.push(kind);
    const { signal } = this.#abort;
    void this.#follow(passage?.carry({ instance, send, sent, touched, signal }) ?? send());
  }

  /** In one word or two. */
  get word(): string {
    if (this.error) {
      if (!(this.error instanceof WireError)) return "given up";
      return this.error.message.includes("refused") ? "refused" : "broken";
    }
    if (!this.response) return "silent";
    if (this.whole === false) return "cut";
    return String(this.response.status);
  }

  /** Nobody waits any more. */
  giveUp(): void {
    this.#abort.abort(new Error("gone"));
  }

  /** Whether anything still listens for its end. */
  get isHeard(): boolean {
    return getEventListeners(this.#abort.signal, "abort").length > 0;
  }

  async #follow(exchange: Promise<WireResponse>): Promise<void> {
    try {
      const response = await exchange;
      this.response = response;
      this.overAt = Date.now();
      if (Buffer.isBuffer(response.body)) this.body = response.body.toString();
      else response.body.on("data", (chunk: Buffer) => (this.body += String(chunk)));
      this.whole = await response.done;
    } catch (error) {
      this.error = error as Error;
    }
    this.overAt = Date.now();
  }
}

function answerOf(body: Buffer | readonly string[]): WireResponse {
  const whole = Buffer.isBuffer(body);
  const stream = whole ? body : Readable.from(body.map((text) => Buffer.from(text)));
  const ended = whole
    ? Promise.resolve(true)
    : new Promise<boolean>((resolve) => {
        (stream as Readable).once("end", () => resolve(true)).once("close", () => resolve(false));
      });
  const discard = () => {
    if (!whole) (stream as Readable).destroy();
  };
  return { status: 200, headers: [], body: stream, done: ended, discard };
}
