import { expect, it } from "vitest";
import type { WireRequest } from "../../simulator/call/contract.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { pause } from "../../simulator/kernel/pause.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { ATTEMPT_HEADERS } from "../../simulator/protocol/headers.ts";
import { CountedClock } from "../support/counted-clock.ts";
import { LayeredServices, PATIENT } from "../support/layered-services.ts";
import { whole } from "../support/moody-wire.ts";

it("asks another service no longer than the limits around the fallback allow", async () => {
  const clock = new CountedClock();
  const log = new EventLog(clock);
  const asked: WireRequest[] = [];
  const services = new LayeredServices(
    {
      service: {
        layers: ["timeout", "fallback"],
        timeout: "20ms",
        fallback: { service: "other" },
      },
      other: { timeout: "10s" },
    },
    {
      clock,
      log,
      random: seededRandom(1),
      wire: {
        async send({ id }, request, { signal }) {
          request.sent();
          if (id.startsWith("service")) return whole(500);
          asked.push(request);
          await pause(clock, 1000, signal);
          return whole(200);
        },
      },
    },
  );
  const begun = clock.now();
  services.call("service", PATIENT);
  await services.finish(() => true);
  const ends = services.facts.filter((fact) => fact.kind === "call-ended");
  expect(ends.map(({ outcome, at }) => [outcome, at - begun])).toEqual([
    ["timeout", 20],
    ["canceled", 20],
  ]);
  expect(asked.map(({ headers }) => new Map(headers).get(ATTEMPT_HEADERS.deadline))).toEqual([
    String(begun + 20),
  ]);
  expect(clock.timers).toBe(0);
});
