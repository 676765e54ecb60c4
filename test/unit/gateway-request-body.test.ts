import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { receiveBody } from "../../simulator/gateway/request-body.ts";

const PIECE_BYTES = 100_000;

it("keeps nothing of a large body that cannot be sent again", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc") as () => void;
  const source = new PassThrough({ highWaterMark: 20 * PIECE_BYTES });
  const request = Object.assign(source, { headers: {} }) as unknown as IncomingMessage;
  const first = written(source);
  const received = await receiveBody(request, Infinity);
  if (received.kind !== "streamed") throw new Error(`It is ${received.kind}.`);
  received.body.open().resume();
  while (received.body.replayable) {
    written(source);
    await turn();
  }
  // What was read only now is let go with the next turn.
  await turn();
  collectGarbage();
  expect(first.deref()).toBeUndefined();
  source.destroy();
});

/** A piece of the body, which only who reads it keeps. */
function written(source: PassThrough): WeakRef<Buffer> {
  const piece = Buffer.alloc(PIECE_BYTES);
  source.write(piece);
  return new WeakRef(piece);
}
