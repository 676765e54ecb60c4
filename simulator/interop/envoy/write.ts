import { Document, isMap, isSeq } from "yaml";
import type { ServiceSpec } from "../../protocol/spec.ts";
import type { Exported, Finding } from "../contract.ts";
import { endpoints } from "./endpoints.ts";
import { loadBalancing } from "./load-balancing.ts";
import { circuitBreakers, healthChecks, outlierDetection } from "./protection.ts";
import { routeOf } from "./routes.ts";
import { seconds, type Tell } from "./tell.ts";

/** Writes a bootstrap configuration of Envoy's: one listener, and a cluster for each service. */
export function writeEnvoy(services: Readonly<Record<string, ServiceSpec>>): Exported {
  const findings: Finding[] = [];
  const written = Object.entries(services).map(([name, service]) => {
    const remarks = new Set<string>();
    const tell: Tell = (message) => remarks.add(message);
    tellOfWhatIsLeftOut(service, tell);
    const cluster = clusterOf(name, service, tell);
    const route = routeOf(name, service, tell);
    for (const message of remarks) {
      findings.push({ file: name, line: 1, column: 1, severity: "warning", message });
    }
    return { cluster, route, comment: [...remarks].map((remark) => ` ${remark}`).join("\n") };
  });
  const document = new Document({
    static_resources: {
      listeners: [listener(written.map(({ route }) => route))],
      clusters: written.map(({ cluster }) => cluster),
    },
  });
  const clusters = document.getIn(["static_resources", "clusters"], true);
  if (isSeq(clusters)) {
    for (const [i, node] of clusters.items.entries()) {
      if (isMap(node)) node.commentBefore = written[i]?.comment;
    }
  }
  return { text: document.toString({ lineWidth: 0 }), findings };
}

function clusterOf(name: string, service: ServiceSpec, tell: Tell): Record<string, unknown> {
  const { retry } = service;
  const connectMs = retry?.rules === "haproxy" ? retry.connectTimeout : 5000;
  const { type, load_assignment } = endpoints(name, service, tell);
  return {
    name,
    type,
    connect_timeout: seconds(connectMs),
    ...loadBalancing(service, tell),
    load_assignment,
    ...healthChecks(service, tell),
    ...outlierDetection(service, tell),
    ...circuitBreakers(service, tell),
  };
}

function tellOfWhatIsLeftOut(
  { breaker, fallback, balancer, rateLimit, hedge }: ServiceSpec,
  tell: Tell,
): void {
  if (breaker) {
    tell("Envoy has no circuit breaker of a service; nearest is outlier_detection of its hosts.");
  }
  if (fallback) tell("Envoy has no fallback; it is left out.");
  if (rateLimit) {
    tell("Envoy's rate limit is a filter of the listener (local_ratelimit); it is left out.");
  }
  if (hedge) {
    tell("Envoy hedges only when a try times out (hedge_on_per_try_timeout); hedge is left out.");
  }
  if (balancer.queueTimeout !== undefined) {
    tell("Envoy has no timeout of its own for calls that wait; queueTimeout is left out.");
  }
}

const TYPE = "type.googleapis.com/envoy.extensions.filters";

function listener(routes: readonly Record<string, unknown>[]): Record<string, unknown> {
  return {
    name: "fuseboard",
    address: { socket_address: { address: "127.0.0.1", port_value: 8080 } },
    filter_chains: [
      {
        filters: [
          {
            name: "envoy.filters.network.http_connection_manager",
            typed_config: {
              "@type": `${TYPE}.network.http_connection_manager.v3.HttpConnectionManager`,
              stat_prefix: "fuseboard",
              route_config: {
                name: "fuseboard",
                virtual_hosts: [{ name: "services", domains: ["*"], routes }],
              },
              http_filters: [
                {
                  name: "envoy.filters.http.router",
                  typed_config: { "@type": `${TYPE}.http.router.v3.Router` },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}
