import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { startGateway, startServer } from "../support/gateway-harness.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";

describe.skipIf([requireProgram("nginx"), requireProgram("haproxy")].includes(undefined))(
  "a hedged call through an installed program",
  () => {
    let scope: Scope;
    beforeEach(() => {
      scope = new Scope();
    });
    afterEach(() => scope.dispose());

    it.each(["nginx", "haproxy"] as const)("is two exchanges of %s", async (engine) => {
      let asked = 0;
      const port = await startServer(scope, (request, response) => {
        request.resume();
        // The first is never answered.
        if (++asked > 1) response.end("fast");
      });
      const algorithm = engine === "nginx" ? "round-robin" : "haproxy-roundrobin";
      const gateway = await startGateway(scope, {
        services: {
          cart: {
            ports: [port, port],
            timeout: "20s",
            hedge: { after: "50ms", nonIdempotent: true },
            balancer: { algorithm, engine },
          },
        },
      });
      await gateway.settled("cart");
      const answer = await gateway.call("cart");
      expect(answer).toMatchObject({ status: 200, body: "fast" });
      await gateway.ended(1);
      expect(await until(() => gateway.inFlight() === 0, { timeoutMs: 5000 })).toBe(true);
      const ends = gateway.factsOf("attempt-ended").map(({ outcome }) => outcome);
      expect(ends.sort()).toEqual(["canceled", "success"]);
      expect(brokenRules(gateway.facts)).toEqual([]);
    });
  },
);
