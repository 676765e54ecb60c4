import { brokenOff } from "./broken.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Around, SpecOf, WireFaultKind } from "./contract.ts";
import { hold } from "./hold.ts";

/** Takes the request and stays silent. Taken back, the connections that wait break off. */
export const noAnswer: WireFaultKind<SpecOf<"no-answer">> = {
  id: "no-answer",
  reach: "wire",
  stage: "answer",
  checks: "answer",
  available: () => true,
  begin: (_spec, { clock, over }) => ({ strike: () => silence(clock, over) }),
};

export function silence(clock: Clock, over: AbortSignal): Around {
  return async (exchange) => {
    const { instance, signal } = exchange;
    exchange.sent();
    await hold(clock, undefined, signal, over);
    throw brokenOff(instance);
  };
}
