import { describe, expect, it } from "vitest";
import type { EdgeCounters, ServiceState, Snapshot } from "../../simulator/protocol/model.ts";
import { emptySnapshot } from "../../simulator/protocol/reduce.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { buildGraph } from "../../webview/graph/model.ts";
import { RateWindow } from "../../webview/rates.ts";

const service = (
  name: string,
  file: Partial<ServiceFile> = {},
  change: Partial<ServiceState> = {},
): ServiceState => {
  const spec = ServiceSpec.parse({ synthetic: {}, ...file });
  return { name, spec, algorithm: spec.balancer.algorithm, scale: 1, ...change };
};

function snapshotOf(services: readonly ServiceState[], edges: readonly EdgeCounters[]): Snapshot {
  const snapshot = emptySnapshot();
  return {
    ...snapshot,
    services: Object.fromEntries(services.map((each) => [each.name, each])),
    counters: {
      ...snapshot.counters,
      edges: Object.fromEntries(edges.map((each) => [`${each.from}>${each.to}`, each])),
    },
  };
}

/** The lines of a graph, with the calls that each has a second. */
function linesOf(services: readonly ServiceState[], edges: readonly EdgeCounters[] = []) {
  const snapshot = snapshotOf(services, edges);
  const rates = new RateWindow();
  rates.push(0, snapshot.counters);
  return Object.fromEntries(
    buildGraph(snapshot, rates).edges.map(({ id, perSecond }) => [id, perSecond]),
  );
}

const edge = (from: string, fromKind: EdgeCounters["fromKind"], to: string): EdgeCounters => {
  return { from, fromKind, to, calls: 10, failed: 0, fallbacks: 0, perSecond: 2 };
};

describe("the lines of the topology", () => {
  const shop = service("shop", { calls: ["cart"] });

  it("are foreseen by the cluster file, before anybody calls", () => {
    const cart = service("cart", { fallback: { service: "spare" } });
    expect(linesOf([shop, cart, service("spare")])).toEqual({
      "gateway>service:shop": 0,
      "service:shop>service:cart": 0,
      "service:cart~service:spare": 0,
      "gateway>service:spare": 0,
    });
  });

  it("lead from a service to its fallback function alone, with all its calls", () => {
    const cart = service("cart", { fallback: { function: "cart.ts#cached" } });
    const companion = service("cart-fallback", {}, { fallbackOf: "cart" });
    const services = [companion, shop, cart];
    const foreseen = {
      "service:cart~service:cart-fallback": 0,
      "gateway>service:shop": 0,
      "service:shop>service:cart": 0,
    };
    expect(linesOf(services)).toEqual(foreseen);
    const called = linesOf(services, [
      edge("shop", "service", "cart"),
      edge("load", "load", "cart-fallback"),
      edge("shop", "service", "cart-fallback"),
    ]);
    expect(called).toEqual({
      ...foreseen,
      "caller:load>gateway": 0,
      "service:shop>service:cart": 2,
      "service:cart~service:cart-fallback": 4,
    });
  });
});
