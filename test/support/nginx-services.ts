import fc from "fast-check";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";

/* Services as nginx's configuration can say them. */

const address = fc.oneof(
  fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 65_535 })).map(([last, port]) => ({
    address: `10.0.0.${String(last)}:${String(port)}`,
  })),
  fc.constantFrom({ address: "127.0.0.1:9001", external: true }, { address: "unix:/run/a b.sock" }),
  fc.constantFrom({ address: "[::1]:81", external: true }, { address: "192.0.2.1" }),
);

const server = fc
  .record({
    where: address,
    // More would be millions of points with consistent hashing, which take nginx a while.
    weight: fc.integer({ min: 1, max: 99 }),
    maxFails: fc.nat(20),
    failTimeout: fc.nat(7200).map((seconds) => `${String(seconds)}s`),
    maxConnections: fc.nat(1000),
    backup: fc.boolean(),
    down: fc.boolean(),
  })
  .map(({ where, ...rest }) => ({ ...where, ...rest }));

const key = fc.oneof(
  fc.constantFrom("$remote_addr", "$request_uri$arg_id", '${uri}"\\ #{};\n$cookie_a', "plain"),
  fc
    .string({ unit: "binary", minLength: 1, maxLength: 20 })
    .map((text) => text.replaceAll(/[$\0]|\p{Surrogate}/gu, "x")),
);

const method = fc.oneof(
  fc
    .constantFrom("round-robin", "least-connections", "ip-hash", "random", "power-of-two")
    .map((algorithm) => ({ algorithm })),
  fc.record({ algorithm: fc.constantFrom("hash", "consistent-hash"), key }),
);

const CONDITIONS = [
  ...["error", "timeout", "invalid_header", "http_500", "http_502", "http_503", "http_504"],
  ...["http_403", "http_404", "http_429", "non_idempotent"],
];
const milliseconds = fc.nat(100_000).map((ms) => `${String(ms)}ms`);

export const nginxService: fc.Arbitrary<ServiceFile> = fc
  .record({
    method,
    servers: fc.array(server, { minLength: 1, maxLength: 5 }),
    on: fc.oneof(fc.constant(["off"]), fc.subarray(CONDITIONS, { minLength: 1 })),
    tries: fc.nat(9),
    within: milliseconds,
    timeout: fc.integer({ min: 1, max: 100_000 }).map((ms) => `${String(ms)}ms`),
  })
  .map(({ method: { algorithm, ...rest }, servers, on, tries, within, timeout }) => ({
    synthetic: { latency: { kind: "constant", ms: "20ms" }, errorRate: "0%" },
    instances: servers.length,
    balancer: {
      algorithm: algorithm as "hash",
      ...rest,
      // nginx wants one that is no backup.
      servers: servers.map((each, i) => ({ ...each, backup: i > 0 && each.backup })),
    },
    health: { kind: "none" },
    retry: { rules: "nginx", on: on as ["off"], tries, timeout: within },
    timeout,
  }));

export const nginxServices: fc.Arbitrary<Record<string, ServiceFile>> = fc
  .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/), nginxService), {
    maxLength: 3,
    selector: ([name]) => name,
  })
  .map((entries) => Object.fromEntries(entries));
