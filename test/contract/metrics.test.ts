import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { CallMetrics } from "../../simulator/metrics/call-metrics.ts";
import { MetricsPage } from "../../simulator/metrics/metrics-page.ts";
import type { NewFact } from "../../simulator/protocol/events.ts";
import { emptySnapshot, reduce } from "../../simulator/protocol/reduce.ts";
import { startGateway, startServer, type GatewayHarness } from "../support/gateway-harness.ts";
import { readExposition, type ScrapedFamily } from "../support/prometheus.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

/** Answers 500 to every third request at each instance. */
function moody() {
  let count = 0;
  return startServer(scope, (_request, response) => {
    response.writeHead(++count % 3 === 0 ? 500 : 200).end("{}");
  });
}

async function scrape({ url }: GatewayHarness): Promise<Map<string, ScrapedFamily>> {
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  return readExposition(await response.text());
}

/** The value of a sample; 0 when it is not there. */
function valueOf(scraped: ReadonlyMap<string, ScrapedFamily>, sample: string): number {
  const name = sample.replace(/\{.*/, "");
  const family = scraped.get(name) ?? scraped.get(name.replace(/_(bucket|sum|count)$/, ""));
  return family?.samples.get(sample)?.value ?? 0;
}

/** The sum of all samples of a metric that have these labels. */
function sumOf(
  scraped: ReadonlyMap<string, ScrapedFamily>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return [...(scraped.get(name)?.samples.values() ?? [])]
    .filter((sample) => Object.entries(labels).every(([key, text]) => sample.labels[key] === text))
    .reduce((sum, { value }) => sum + value, 0);
}

describe("GET /metrics", () => {
  it("tells of calls, attempts and outcomes exactly", async () => {
    const gateway = await startGateway(scope, {
      services: {
        cart: {
          ports: [await moody(), await moody()],
          retry: { attempts: 3, backoff: "constant", initial: "1ms", on: ["5xx"] },
          breaker: { engine: "hystrix-go" },
          fallback: { value: {} },
        },
      },
    });
    const CALLS = 60;
    await Promise.all(
      Array.from({ length: CALLS }, () => gateway.call("cart", {}, { "idempotency-key": "1" })),
    );
    const scraped = await scrape(gateway);
    const ended = gateway.factsOf("attempt-ended");
    expect(sumOf(scraped, "fuseboard_calls_total")).toBe(CALLS);
    expect(valueOf(scraped, 'fuseboard_calls_in_flight{service="cart"}')).toBe(0);
    for (const outcome of ["success", "fallback", "failure"]) {
      expect(sumOf(scraped, "fuseboard_calls_total", { outcome })).toBe(
        gateway.factsOf("call-ended").filter((fact) => fact.outcome === outcome).length,
      );
    }
    expect(sumOf(scraped, "fuseboard_attempts_total")).toBe(ended.length);
    for (const outcome of ["success", "failure", "rejected", "short-circuit"]) {
      expect(sumOf(scraped, "fuseboard_attempts_total", { outcome })).toBe(
        ended.filter((fact) => fact.outcome === outcome).length,
      );
    }
    const started = gateway.factsOf("attempt-started");
    for (const instance of ["cart-1", "cart-2"]) {
      const at = { service: "cart", instance };
      const attempts = started.filter((fact) => fact.instance === instance).length;
      expect(attempts).toBeGreaterThan(0);
      expect(sumOf(scraped, "fuseboard_attempts_total", at)).toBe(attempts);
      const durations = `fuseboard_attempt_duration_seconds_count{service="cart",instance="${instance}"}`;
      expect(valueOf(scraped, durations)).toBe(attempts);
    }
    const fallbacks = gateway.factsOf("fallback-used").length;
    expect(sumOf(scraped, "fuseboard_fallbacks_total")).toBe(fallbacks);
    const count = (name: string) => sumOf(scraped, name, { service: "cart" });
    expect(count("fuseboard_retries_total")).toBe(
      gateway.factsOf("attempt-started").filter(({ number }) => number > 1).length,
    );
    const durations = valueOf(scraped, 'fuseboard_call_duration_seconds_count{service="cart"}');
    expect(durations).toBe(CALLS);
  });

  it("only goes up where it counts", async () => {
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [await moody()], breaker: { engine: "hystrix" } } },
    });
    let before = await scrape(gateway);
    for (let round = 0; round < 5; round++) {
      await Promise.all(Array.from({ length: 8 }, () => gateway.call("cart")));
      const after = await scrape(gateway);
      for (const [name, { type, samples }] of before) {
        if (type === "gauge") continue;
        for (const [key, { value }] of samples) {
          const now = after.get(name)?.samples.get(key)?.value;
          expect([key, now !== undefined && now >= value]).toEqual([key, true]);
        }
      }
      before = after;
    }
    expect(sumOf(before, "fuseboard_calls_total")).toBe(40);
  });

  it("has one 1 for the state of a breaker, and counts its changes", async () => {
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [await moody()], breaker: { engine: "hystrix-go" } } },
    });
    const { circuit } = gateway.service("cart");
    gateway.service("cart").tell();
    const state = async () => {
      const scraped = await scrape(gateway);
      const states = [...(scraped.get("fuseboard_breaker_state")?.samples.values() ?? [])];
      expect(sumOf(scraped, "fuseboard_breaker_state")).toBe(1);
      expect(states.map(({ labels }) => labels.engine)).toEqual(Array(5).fill("hystrix-go"));
      return [
        states.find(({ value }) => value === 1)?.labels.state,
        valueOf(scraped, 'fuseboard_breaker_transitions_total{service="cart"}'),
      ];
    };
    expect(await state()).toEqual(["closed", 0]);
    circuit.trip();
    expect(await state()).toEqual(["forced-open", 1]);
    circuit.holdClosed();
    expect(await state()).toEqual(["held-closed", 2]);
  });

  it("tells of faults, and of the attempts that they touched", async () => {
    const gateway = await startGateway(scope, { services: { cart: { ports: [await moody()] } } });
    const service = { service: "cart" };
    const fault = { kind: "status", status: 503 } as const;
    for (let i = 0; i < 2; i++) gateway.injector.inject(service, fault);
    await gateway.call("cart");
    const active = 'fuseboard_faults_active{kind="status",target="cart"}';
    const scraped = await scrape(gateway);
    expect(valueOf(scraped, active)).toBe(2);
    expect(sumOf(scraped, "fuseboard_attempts_faulted_total", { fault: "status" })).toBe(1);
    await gateway.injector.clear();
    expect((await scrape(gateway)).has("fuseboard_faults_active")).toBe(false);
  });

  it("tells which instances run and are healthy, as long as they are there", async () => {
    let snapshot = emptySnapshot();
    let seq = 0;
    const tell = (fact: NewFact) => {
      snapshot = reduce(snapshot, { ...fact, seq: ++seq, at: 0 });
    };
    const page = new MetricsPage(() => snapshot, new CallMetrics());
    const url = `http://127.0.0.1:${String(await startServer(scope, page.serve))}`;
    const states = async () => {
      const scraped = readExposition(await (await fetch(url)).text());
      const instances = [...(scraped.get("fuseboard_instance_up")?.samples.values() ?? [])];
      return instances.map(({ labels: { service = "", instance = "" }, value }) => {
        const healthy = `fuseboard_instance_healthy{service="${service}",instance="${instance}"}`;
        return [instance, value, valueOf(scraped, healthy)];
      });
    };
    for (const instance of ["cart-1", "cart-2"]) {
      const born = { service: "cart", runtime: "node", weight: 1 };
      tell({ kind: "instance-created", instance, ...born });
      tell({ kind: "instance-started", instance, port: 1 });
    }
    tell({ kind: "health-changed", instance: "cart-1", health: "passing" });
    expect(await states()).toEqual([
      ["cart-1", 1, 1],
      ["cart-2", 1, 0],
    ]);
    tell({ kind: "instance-phase-changed", instance: "cart-1", phase: "frozen" });
    tell({ kind: "instance-removed", instance: "cart-2" });
    expect(await states()).toEqual([["cart-1", 0, 1]]);
  });

  it("belongs to a service of that name where there is one", async () => {
    const gateway = await startGateway(scope, {
      services: { metrics: { ports: [await moody()] } },
    });
    expect((await gateway.call("metrics")).body).toBe("{}");
    const asked = await fetch(`${gateway.url}/metrics`);
    expect([asked.status, asked.headers.get("allow")]).toEqual([405, "POST"]);
  });
});
