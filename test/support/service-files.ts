import fc from "fast-check";
import {
  BALANCERS,
  BREAKERS,
  LAYERS,
  ServiceSpec,
  type ServiceFile,
} from "../../simulator/protocol/spec.ts";

/* Random services of a cluster file, with what balancing has to do with. */

const duration = fc.constantFrom("1ms", "250ms", "1s", "1.5s", "10s", "2m", "1h", "576h");

const server = fc.record(
  {
    name: fc.constantFrom("s1", "s2", "web 3", "a/b"),
    address: fc.constantFrom(
      "127.0.0.1:8001",
      "10.0.0.1:80",
      "[::1]:8001",
      "unix:/tmp/s",
      "10.0.0.2",
    ),
    external: fc.boolean(),
    weight: fc.constantFrom(0, 1, 3, 256, 1000),
    maxFails: fc.nat(3),
    failTimeout: duration,
    maxConnections: fc.nat(9),
    minConnections: fc.nat(9),
    maxQueue: fc.nat(9),
    backup: fc.boolean(),
    down: fc.boolean(),
    slowStart: duration,
    check: fc.boolean(),
    observe: fc.constantFrom("none", "layer4", "layer7"),
    errorLimit: fc.integer({ min: 1, max: 20 }),
    onError: fc.constantFrom("fastinter", "fail-check", "sudden-death", "mark-down"),
  },
  { requiredKeys: [] },
);

const balancer = fc.record(
  {
    algorithm: fc.constantFrom(...BALANCERS),
    key: fc.constantFrom(
      "$remote_addr",
      "$request_uri",
      "$arg_user",
      "$http_x_user",
      "$uri",
      "a b",
    ),
    header: fc.constantFrom("x-user", "host"),
    domainOnly: fc.constant(true),
    parameter: fc.constantFrom("user", "a#b"),
    uri: fc.record(
      {
        length: fc.integer({ min: 1, max: 9 }),
        depth: fc.integer({ min: 1, max: 9 }),
        whole: fc.boolean(),
        pathOnly: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
    hash: fc.record(
      {
        type: fc.constantFrom("map-based", "consistent"),
        function: fc.constantFrom("sdbm", "djb2", "wt6", "crc32"),
        avalanche: fc.boolean(),
        balanceFactor: fc.constantFrom(0, 150),
      },
      { requiredKeys: [] },
    ),
    draws: fc.integer({ min: 1, max: 9 }),
    ring: fc.record(
      { minimum: fc.constant(64), function: fc.constantFrom("xxhash", "murmur2") },
      { requiredKeys: [] },
    ),
    tableSize: fc.constantFrom(65_537, 101),
    activeRequestBias: fc.constantFrom(0, 1, 2.5),
    servers: fc.array(server, { maxLength: 4 }),
    allBackups: fc.boolean(),
    queueTimeout: duration,
    fullConnections: fc.nat(99),
    outlier: fc.record(
      {
        consecutive5xx: fc.nat(5),
        interval: duration,
        successRate: fc.constant({}),
        failurePercentage: fc.constant({}),
      },
      { requiredKeys: [] },
    ),
    panicThreshold: fc.constantFrom("0%", "50%", "12.5%"),
    slowStart: fc.record(
      { window: duration, aggression: fc.constantFrom(0.5, 1) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

const retry = fc.oneof(
  fc.record(
    {
      attempts: fc.integer({ min: 1, max: 9 }),
      on: fc.subarray<"error" | "timeout" | "5xx" | 429 | 503>([
        "error",
        "timeout",
        "5xx",
        429,
        503,
      ]),
      perTryTimeout: duration,
      budget: fc.constantFrom(
        { rules: "envoy" as const },
        { rules: "finagle" as const, percent: 2 },
      ),
    },
    { requiredKeys: [] },
  ),
  fc.record(
    {
      rules: fc.constant("nginx" as const),
      on: fc.subarray<"error" | "timeout" | "http_503" | "http_429" | "non_idempotent" | "off">([
        "error",
        "timeout",
        "http_503",
        "http_429",
        "non_idempotent",
        "off",
      ]),
      tries: fc.nat(4),
      timeout: duration,
    },
    { requiredKeys: ["rules"] },
  ),
  fc.record(
    {
      rules: fc.constant("haproxy" as const),
      retries: fc.nat(9),
      on: fc.subarray<"conn-failure" | "empty-response" | "none" | 404 | 503>([
        "conn-failure",
        "empty-response",
        "none",
        404,
        503,
      ]),
      redispatch: fc.integer({ min: -1, max: 3 }),
      connectTimeout: duration,
    },
    { requiredKeys: ["rules"] },
  ),
);

const health = fc.record(
  {
    kind: fc.constantFrom("http", "tcp", "none"),
    http: fc.constantFrom("/health", "/a b", "/#"),
    interval: duration,
    fastInterval: duration,
    downInterval: duration,
    timeout: duration,
    rise: fc.integer({ min: 1, max: 5 }),
    fall: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

const serviceFile: fc.Arbitrary<ServiceFile> = fc.record(
  {
    synthetic: fc.constant({}),
    instances: fc.nat(4),
    balancer,
    health,
    timeout: duration,
    retry,
    breaker: fc.constantFrom(...BREAKERS).map((engine) => ({ engine })),
    bulkhead: fc.constantFrom({ concurrent: 5, queue: 3 }, { concurrent: 1, queueTimeout: "1s" }),
    rateLimit: fc.constant({ perSecond: 10 }),
    hedge: fc.constant({ after: "100ms" }),
    layers: fc.shuffledSubarray([...LAYERS]),
    fallback: fc.constant({ value: null }),
  },
  { requiredKeys: ["synthetic"] },
);

/** Services by name, as they are after reading a cluster file. */
export const serviceSpecs: fc.Arbitrary<Record<string, ServiceSpec>> = fc
  .dictionary(fc.constantFrom("shop", "users", "a-b"), serviceFile, { noNullPrototype: true })
  .map((files) =>
    Object.fromEntries(
      Object.entries(files).map(([name, file]) => [name, ServiceSpec.parse(file)]),
    ),
  );
