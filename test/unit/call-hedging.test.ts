import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { pause } from "../../simulator/kernel/pause.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { CountedClock } from "../support/counted-clock.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { startGateway, startServer } from "../support/gateway-harness.ts";
import { LayeredServices, PATIENT } from "../support/layered-services.ts";
import { whole } from "../support/moody-wire.ts";
import { until } from "../support/until.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

describe("a hedged call", () => {
  it("is told with both attempts; the loser hears that nobody waits, and gives its place back", async () => {
    let given = 0;
    const slow = await startServer(scope, (request, response) => {
      request.resume();
      response.on("close", () => given++);
    });
    const fast = await startServer(scope, (request, response) => {
      request.resume();
      response.end("fast");
    });
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: [slow, fast],
          timeout: "20s",
          hedge: { after: "30ms", nonIdempotent: true },
          balancer: { algorithm: "round-robin" },
        },
      },
    });
    const answer = await gateway.call("cart");
    expect(answer).toMatchObject({ status: 200, body: "fast" });
    expect(answer.headers["x-fuseboard-attempts"]).toBe("2");
    await gateway.ended(1);
    expect(brokenRules(gateway.facts)).toEqual([]);
    const [call] = gateway.factsOf("call-started");
    const [trace] = gateway.observation.traces.family(call?.call ?? "");
    expect(trace?.attempts).toMatchObject([
      {
        number: 1,
        instance: "cart-1",
        outcome: "canceled",
        error: "Another attempt was answered first.",
      },
      { number: 2, instance: "cart-2", outcome: "success", hedge: true },
    ]);
    expect(await until(() => given === 1 && gateway.inFlight() === 0, { timeoutMs: 5000 })).toBe(
      true,
    );
    const { counters } = gateway.observation.snapshot();
    expect(counters.services.cart).toMatchObject({ attempts: 2, retries: 0 });
    expect(gateway.service("cart").inspect().layers[0]).toMatchObject({ id: "hedge", inside: 0 });
  });

  it("is answered although an attempt that was given up looks sent afterwards", async () => {
    const clock = new CountedClock();
    const log = new EventLog(clock);
    const healed = Promise.withResolvers<undefined>();
    const services = new LayeredServices(
      { service: { hedge: { after: "10ms" } } },
      {
        clock,
        log,
        random: seededRandom(1),
        wire: {
          async send(_endpoint, request, { signal }) {
            await healed.promise;
            request.sent();
            await pause(clock, 10, signal);
            return whole(200);
          },
        },
      },
    );
    services.call("service", PATIENT);
    await clock.virtual.advanceTo(20);
    healed.resolve(undefined);
    await services.finish(() => true);
    expect(services.unanswered).toBe(0);
    expect(brokenRules(services.facts)).toEqual([]);
    const ends = services.facts.filter((fact) => fact.kind === "attempt-ended");
    expect(ends.map(({ number, outcome }) => [number, outcome])).toEqual([
      [2, "canceled"],
      [1, "success"],
    ]);
    expect(clock.timers).toBe(0);
  });

  it("may end with the algorithm changed meanwhile: each pick goes back to whom it came from", async () => {
    const waiting: (() => void)[] = [];
    const servers = await Promise.all(
      [0, 1].map(() =>
        startServer(scope, (request, response) => {
          request.resume();
          waiting.push(() => response.end("late"));
        }),
      ),
    );
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: servers,
          timeout: "20s",
          hedge: { after: "200ms", nonIdempotent: true },
          balancer: { algorithm: "least-connections" },
        },
      },
    });
    const answer = gateway.call("cart");
    const asked = (count: number) =>
      until(() => waiting.length === count, { timeoutMs: 5000, everyMs: 5 });
    expect(await asked(1)).toBe(true);
    gateway.service("cart").chooseBalancer("haproxy-leastconn");
    expect(await asked(2)).toBe(true);
    for (const release of waiting) release();
    expect((await answer).status).toBe(200);
    expect(await until(() => gateway.inFlight() === 0, { timeoutMs: 5000 })).toBe(true);
    expect(brokenRules(gateway.facts)).toEqual([]);
  });
});
