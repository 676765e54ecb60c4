import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { startGateway, startServer } from "../support/gateway-harness.ts";
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
