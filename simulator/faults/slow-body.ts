import type { Clock } from "../kernel/clock.ts";
import type { SpecOf, WireFaultKind } from "./contract.ts";
import { hold } from "./hold.ts";
import { reshaped, type Reshape } from "./reshaped.ts";

/** The pieces of a body that comes slowly are this far apart. */
const PIECE_MS = 20;

/** The body of the answer comes at a rate; the rest of it at once when the fault is over. */
export const slowBody: WireFaultKind<SpecOf<"slow-body">> = {
  id: "slow-body",
  reach: "wire",
  stage: "body",
  checks: "none",
  available: () => true,
  begin: ({ bytesPerSecond }, { clock, over }) => ({
    strike: () => async (exchange, next) => {
      const response = await next();
      const { body } = response;
      const { signal } = exchange;
      if (!Buffer.isBuffer(body)) {
        return reshaped(response, body, paced(bytesPerSecond, clock, signal, over));
      }
      // The wire takes what is small whole: it is the answer once all of it is there.
      await hold(clock, (body.length / bytesPerSecond) * 1000, signal, over);
      return response;
    },
  }),
};

function paced(rate: number, clock: Clock, signal: AbortSignal, over: AbortSignal): Reshape {
  const most = Math.max(1, Math.floor((rate * PIECE_MS) / 1000));
  return async function* (body, gone) {
    const either = AbortSignal.any([signal, gone]);
    // When all that has been passed on so far may have come.
    let due = clock.now();
    for await (const chunk of body) {
      for (let at = 0; at < chunk.length; at += most) {
        const piece = chunk.subarray(at, at + most);
        // A reader that was slower than the rate does not get the rest faster.
        due = Math.max(due, clock.now()) + (piece.length / rate) * 1000;
        await hold(clock, due - clock.now(), either, over);
        yield piece;
      }
    }
  };
}
