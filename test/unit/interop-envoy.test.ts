import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { envoy } from "../../simulator/interop/envoy/index.ts";
import { BALANCERS, ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { serviceSpecs } from "../support/service-files.ts";

/*
 * The parts of Envoy's v3 API that are written, with its own rules of validation: names, enums,
 * ranges. Anything else is refused.
 */

const duration = z.string().regex(/^\d+(\.\d{1,9})?s$/);
const positive = duration.refine((text) => Number.parseFloat(text) > 0);
const percent = z.strictObject({ value: z.number().min(0).max(100) });
const uint = z.number().int().min(0).max(4_294_967_295);
const share = z.number().int().min(0).max(100);
const runtimeDouble = z.strictObject({ default_value: z.number(), runtime_key: z.string().min(1) });
const slowStart = z.strictObject({
  slow_start_window: positive,
  aggression: runtimeDouble.optional(),
  min_weight_percent: percent.optional(),
});
const socket = z.strictObject({ address: z.string().min(1), port_value: uint.max(65_535) });
const address = z.union([
  z.strictObject({ socket_address: socket }),
  z.strictObject({ pipe: z.strictObject({ path: z.string().min(1) }) }),
]);
const localityEndpoints = z.strictObject({
  priority: uint.max(128).optional(),
  lb_endpoints: z.array(
    z.strictObject({
      endpoint: z.strictObject({ address }),
      load_balancing_weight: uint.min(1).optional(),
      health_status: z.enum(["HEALTHY", "UNHEALTHY", "DRAINING"]).optional(),
    }),
  ),
});
const cluster = z.strictObject({
  name: z.string().min(1),
  type: z.enum(["STATIC", "STRICT_DNS"]),
  connect_timeout: positive,
  lb_policy: z.enum(["ROUND_ROBIN", "LEAST_REQUEST", "RING_HASH", "MAGLEV", "RANDOM"]),
  round_robin_lb_config: z.strictObject({ slow_start_config: slowStart }).optional(),
  least_request_lb_config: z
    .strictObject({
      choice_count: uint.min(2),
      active_request_bias: runtimeDouble.optional(),
      slow_start_config: slowStart.optional(),
    })
    .optional(),
  ring_hash_lb_config: z
    .strictObject({
      minimum_ring_size: uint.max(8_388_608),
      maximum_ring_size: uint.max(8_388_608),
      hash_function: z.enum(["XX_HASH", "MURMUR_HASH_2"]),
    })
    .optional(),
  maglev_lb_config: z.strictObject({ table_size: uint.min(2).max(5_000_011) }).optional(),
  common_lb_config: z.strictObject({
    healthy_panic_threshold: percent,
    consistent_hashing_lb_config: z.strictObject({ hash_balance_factor: uint.min(100) }).optional(),
  }),
  load_assignment: z.strictObject({
    cluster_name: z.string().min(1),
    endpoints: z.array(localityEndpoints),
  }),
  health_checks: z
    .array(
      z.strictObject({
        timeout: positive,
        interval: positive,
        unhealthy_interval: positive.optional(),
        unhealthy_threshold: uint,
        healthy_threshold: uint,
        http_health_check: z.strictObject({ path: z.string().min(1) }).optional(),
        tcp_health_check: z.strictObject({}).optional(),
      }),
    )
    .optional(),
  outlier_detection: z
    .strictObject({
      interval: positive.optional(),
      base_ejection_time: positive.optional(),
      max_ejection_time: positive.optional(),
      max_ejection_percent: share.optional(),
      consecutive_5xx: uint.optional(),
      enforcing_consecutive_5xx: share.optional(),
      consecutive_gateway_failure: uint.optional(),
      enforcing_consecutive_gateway_failure: share.optional(),
      success_rate_minimum_hosts: uint.optional(),
      success_rate_request_volume: uint.optional(),
      success_rate_stdev_factor: uint.optional(),
      enforcing_success_rate: share.optional(),
      failure_percentage_threshold: share.optional(),
      failure_percentage_minimum_hosts: uint.optional(),
      failure_percentage_request_volume: uint.optional(),
      enforcing_failure_percentage: share.optional(),
    })
    .optional(),
  circuit_breakers: z
    .strictObject({
      thresholds: z.array(
        z.strictObject({
          max_requests: uint.optional(),
          max_pending_requests: uint.optional(),
          retry_budget: z
            .strictObject({
              budget_percent: z.strictObject({ value: z.number().min(0).max(100) }),
              min_retry_concurrency: uint,
            })
            .optional(),
        }),
      ),
    })
    .optional(),
});
const RETRY_ON = ["5xx", "connect-failure", "refused-stream", "reset", "retriable-status-codes"];
const route = z.strictObject({
  match: z.strictObject({ path_separated_prefix: z.string().regex(/^[^?#]+[^?#/]$/) }),
  route: z.strictObject({
    cluster: z.string().min(1),
    timeout: duration,
    hash_policy: z
      .array(
        z.union([
          z.strictObject({ header: z.strictObject({ header_name: z.string().min(1) }) }),
          z.strictObject({ cookie: z.strictObject({ name: z.string().min(1) }) }),
          z.strictObject({ query_parameter: z.strictObject({ name: z.string().min(1) }) }),
          z.strictObject({ connection_properties: z.strictObject({ source_ip: z.boolean() }) }),
        ]),
      )
      .optional(),
    retry_policy: z
      .strictObject({
        retry_on: z.string().refine((on) => on.split(",").every((word) => RETRY_ON.includes(word))),
        num_retries: uint,
        per_try_timeout: positive,
        retriable_status_codes: z.array(uint.min(100).max(599)).optional(),
        retry_back_off: z
          .strictObject({ base_interval: positive, max_interval: positive })
          .optional(),
        retry_host_predicate: z.array(z.unknown()).optional(),
        host_selection_retry_max_attempts: z.number().int().optional(),
      })
      .optional(),
  }),
});
const bootstrap = z.strictObject({
  static_resources: z.strictObject({
    clusters: z.array(cluster),
    listeners: z.array(
      z.looseObject({
        name: z.string(),
        address: z.strictObject({ socket_address: socket }),
        filter_chains: z.array(
          z.strictObject({
            filters: z.array(
              z.strictObject({
                name: z.literal("envoy.filters.network.http_connection_manager"),
                typed_config: z.strictObject({
                  "@type": z.literal(
                    "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                  ),
                  stat_prefix: z.string().min(1),
                  route_config: z.strictObject({
                    name: z.string(),
                    virtual_hosts: z.array(
                      z.strictObject({
                        name: z.string().min(1),
                        domains: z.array(z.string()).min(1),
                        routes: z.array(route),
                      }),
                    ),
                  }),
                  http_filters: z.array(z.unknown()).length(1),
                }),
              }),
            ),
          }),
        ),
      }),
    ),
  }),
});

function writtenOf(file: ServiceFile) {
  const exported = envoy.write({ shop: ServiceSpec.parse(file) });
  const [only] = bootstrap.parse(parse(exported.text)).static_resources.clusters;
  if (!only) throw new Error("No cluster was written.");
  return { ...exported, cluster: only };
}

describe("writing a configuration of Envoy's", () => {
  it("writes any services as Envoy's API has them", () => {
    fc.assert(
      fc.property(serviceSpecs, (specs) => {
        const { static_resources: written } = bootstrap.parse(parse(envoy.write(specs).text));
        expect(written.clusters.map(({ name }) => name)).toEqual(Object.keys(specs));
      }),
      { numRuns: 300 },
    );
  });

  it.each(BALANCERS)("has a policy for %s, and says where it is only the nearest", (algorithm) => {
    const { cluster, findings } = writtenOf({ synthetic: {}, balancer: { algorithm } });
    const same = ["least-request", "power-of-two", "random", "ring-hash", "maglev"];
    const told = findings.filter(({ message }) =>
      message.startsWith(`${algorithm} has no equivalent`),
    );
    expect(told).toHaveLength(same.includes(algorithm) ? 0 : 1);
    if (told[0]) expect(told[0].message).toContain(cluster.lb_policy);
  });

  it("keeps what is Envoy's own", () => {
    const { cluster, text } = writtenOf({
      synthetic: {},
      instances: 2,
      balancer: {
        algorithm: "least-request",
        draws: 3,
        activeRequestBias: 1.5,
        panicThreshold: "40%",
        slowStart: { window: "30s", aggression: 2, minimumWeight: "5%" },
        outlier: { consecutive5xx: 7, interval: "1.5s", maxEjectionPercent: "20%" },
        servers: [
          { address: "10.0.0.1:80", weight: 3 },
          { address: "[::1]:81", backup: true },
          { address: "10.0.0.3:82", down: true },
        ],
      },
      health: { interval: "500ms", downInterval: "5s", rise: 1, fall: 4 },
      bulkhead: { concurrent: 5, queue: 2 },
    });
    expect(cluster).toMatchObject({
      type: "STATIC",
      lb_policy: "LEAST_REQUEST",
      least_request_lb_config: {
        choice_count: 3,
        active_request_bias: { default_value: 1.5 },
        slow_start_config: { slow_start_window: "30s", min_weight_percent: { value: 5 } },
      },
      common_lb_config: { healthy_panic_threshold: { value: 40 } },
      load_assignment: {
        endpoints: [
          {
            lb_endpoints: [
              { load_balancing_weight: 3 },
              {
                endpoint: { address: { socket_address: { address: "10.0.0.3", port_value: 82 } } },
                health_status: "DRAINING",
              },
            ],
          },
          {
            priority: 1,
            lb_endpoints: [
              { endpoint: { address: { socket_address: { address: "::1", port_value: 81 } } } },
            ],
          },
        ],
      },
      health_checks: [
        {
          interval: "0.5s",
          unhealthy_interval: "5s",
          healthy_threshold: 1,
          unhealthy_threshold: 4,
        },
      ],
      outlier_detection: {
        consecutive_5xx: 7,
        interval: "1.5s",
        max_ejection_percent: 20,
        enforcing_success_rate: 0,
      },
      circuit_breakers: { thresholds: [{ max_requests: 5, max_pending_requests: 2 }] },
    });
    expect(text).not.toContain("no equivalent");
  });

  it("takes the retry's budget and the limit of a try along", () => {
    const { cluster, text } = writtenOf({
      synthetic: {},
      timeout: "1s",
      retry: { attempts: 3, perTryTimeout: "250ms", budget: { rules: "envoy", percent: "30%" } },
    });
    expect(cluster).toMatchObject({
      circuit_breakers: {
        thresholds: [{ retry_budget: { budget_percent: { value: 30 }, min_retry_concurrency: 3 } }],
      },
    });
    expect(text).toContain("per_try_timeout: 0.25s");
  });

  it("says in a comment and a finding what is left out", () => {
    const { text, findings } = writtenOf({
      synthetic: {},
      breaker: { engine: "consecutive" },
      fallback: { value: null },
    });
    for (const { file, line, severity, message } of findings) {
      expect([file, line, severity]).toEqual(["shop", 1, "warning"]);
      expect(text).toContain(`# ${message}`);
    }
    expect(findings.map(({ message }) => message).join(" ")).toMatch(/circuit breaker.*fallback/);
  });
});
