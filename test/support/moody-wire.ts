import { Readable } from "node:stream";
import type { Cancellation } from "../../simulator/kernel/cancellation.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import { pause } from "../../simulator/kernel/pause.ts";
import type { Random } from "../../simulator/kernel/random.ts";
import {
  WireError,
  type Endpoint,
  type Wire,
  type WireRequest,
  type WireResponse,
} from "../../simulator/call/contract.ts";

/** Longer than any limit. */
const FOR_EVER_MS = 600_000;

/** A wire whose every exchange goes well or wrong by chance, in the time of its clock. */
export class MoodyWire implements Wire {
  /** Exchanges that have not ended, the rest of their bodies included. */
  underWay = 0;
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  async send(
    endpoint: Endpoint,
    request: WireRequest,
    { signal }: Cancellation,
  ): Promise<WireResponse> {
    const mood = this.#random.next();
    this.underWay++;
    try {
      signal.throwIfAborted();
      if (mood < 0.08) throw new WireError(`${endpoint.id} refused the connection.`);
      if (mood < 0.12) {
        await pause(this.#clock, 5, signal);
        throw new WireError(`${endpoint.id} could not be reached.`);
      }
      request.sent();
      if (mood < 0.18) throw new WireError(`${endpoint.id} broke the connection off.`);
      const ms = mood < 0.2 ? FOR_EVER_MS : Math.floor(this.#random.next() ** 3 * 80);
      if (ms > 0) await pause(this.#clock, ms, signal);
      const status = mood < 0.3 ? 500 : mood < 0.35 ? 503 : mood < 0.4 ? 404 : 200;
      return mood > 0.9 ? this.#streamed(endpoint, status, signal) : whole(status);
    } finally {
      this.underWay--;
    }
  }

  /** A body that comes in pieces, and ends or breaks off. */
  #streamed(endpoint: Endpoint, status: number, signal: AbortSignal): WireResponse {
    const breaksOff = this.#random.next() < 0.3;
    let pieces = Math.floor(this.#random.next() * 4);
    const { promise: done, resolve } = Promise.withResolvers<boolean>();
    this.underWay++;
    const abort = () => body.destroy(signal.reason as Error);
    const body = new Readable({
      read: () => undefined,
      destroy: (error, destroyed) => {
        this.underWay--;
        cancel();
        signal.removeEventListener("abort", abort);
        destroyed(error);
      },
    });
    body.on("error", () => undefined);
    body.once("end", () => {
      resolve(true);
    });
    body.once("close", () => {
      resolve(false);
    });
    const piece = () => {
      if (pieces-- > 0) {
        body.push("piece");
        cancel = this.#clock.after(4, piece);
      } else if (breaksOff) {
        body.destroy(new WireError(`${endpoint.id} broke the connection off.`));
      } else {
        body.push(null);
      }
    };
    let cancel = this.#clock.after(4, piece);
    signal.addEventListener("abort", abort);
    return { status, headers: [], body, done, discard: () => body.destroy() };
  }
}

/** An answer that has come whole. */
export function whole(status: number): WireResponse {
  return {
    status,
    headers: [],
    body: Buffer.from("{}"),
    done: Promise.resolve(true),
    discard: () => undefined,
  };
}
