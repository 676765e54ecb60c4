import { z } from "zod";
import { keyMistake } from "./nginx-variables.ts";
import { Server } from "./server-spec.ts";
import { Percentage, PositiveDuration } from "./units.ts";

/* Who gets a call, in the cluster file: algorithm, servers, and what guards each server. */

/** Ids of the balancers of `simulator/balancing/index.ts`; a test keeps the two equal. */
export const BALANCERS = [
  // nginx
  "round-robin",
  "least-connections",
  "ip-hash",
  "hash",
  "consistent-hash",
  "random",
  "power-of-two",
  // HAProxy
  "haproxy-roundrobin",
  "haproxy-static-rr",
  "haproxy-leastconn",
  "haproxy-first",
  "haproxy-source",
  "haproxy-uri",
  "haproxy-url-param",
  "haproxy-hdr",
  "haproxy-random",
  // Envoy, Finagle and Linkerd
  "least-request",
  "peak-ewma",
  "ring-hash",
  "maglev",
] as const;
export const BalancerId = z.enum(BALANCERS);
export type BalancerId = z.infer<typeof BalancerId>;

/** What balances: this program's own code, or an installed program as the data plane. */
export const BalancerEngine = z.enum(["fuseboard", "nginx", "haproxy"]);
export type BalancerEngine = z.infer<typeof BalancerEngine>;

const Outlier = z
  .strictObject({
    interval: PositiveDuration.default(10_000).describe("Time between two sweeps."),
    baseEjection: PositiveDuration.default(30_000).describe("Ejection, times how often already."),
    maxEjection: PositiveDuration.default(300_000).describe("The longest ejection."),
    maxEjectionPercent: Percentage.default(0.1).describe("Ejected at most; one always may be."),
    consecutive5xx: z.number().int().min(0).default(5).describe("Errors in a row; 0 is off."),
    consecutiveGatewayFailure: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe("502, 503 or 504 in a row; 0, as Envoy enforces by default, is off."),
    successRate: z
      .strictObject({
        minimumHosts: z.number().int().min(1).default(5).describe("Hosts that must have enough."),
        requestVolume: z.number().int().min(1).default(100).describe("Calls in an interval."),
        stdevFactor: z.number().min(0).default(1.9).describe("Ejected below mean − factor × σ."),
      })
      .optional()
      .describe("Ejects hosts whose success rate stands out; absent: off."),
    failurePercentage: z
      .strictObject({
        threshold: Percentage.default(0.85).describe("Ejected at this share of failures."),
        minimumHosts: z.number().int().min(1).default(5).describe("Hosts that must have enough."),
        requestVolume: z.number().int().min(1).default(50).describe("Calls in an interval."),
      })
      .optional()
      .describe("Ejects hosts that fail too often; absent: off."),
  })
  .describe("Envoy's outlier detection.");

const Hash = z
  .strictObject({
    type: z.enum(["map-based", "consistent"]).default("map-based").describe("HAProxy's type."),
    function: z
      .enum(["sdbm", "djb2", "wt6", "crc32", "none"])
      .default("sdbm")
      .describe("HAProxy's function."),
    avalanche: z.boolean().optional().describe("HAProxy's modifier."),
    balanceFactor: z
      .number()
      .int()
      .min(0)
      .max(65_535)
      .default(0)
      .describe("Percent of the mean load that a server may carry; above 100, 0 is off."),
  })
  .describe("HAProxy's `hash-type` and `hash-balance-factor`.");

export const Balancer = z
  .strictObject({
    engine: z
      .union([BalancerEngine, z.array(BalancerEngine).min(1)])
      .default("fuseboard")
      .describe(
        "`fuseboard`, or `nginx` or `haproxy`: the installed program balances. With a list, calls take turns between them.",
      ),
    algorithm: BalancerId.default("round-robin").describe(
      "Those without a program's name are nginx's, then Envoy's and Finagle's.",
    ),
    version: z
      .string()
      .regex(/^\d+(\.\d+){0,2}$/, "Expected a version such as 1.22.")
      .optional()
      .describe("Release of the program whose rules are followed; default: the newest."),
    key: z
      .string()
      .min(1)
      .superRefine((text, context) => {
        const message = keyMistake(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .optional()
      .describe(
        "What hash, consistent-hash, ring-hash and maglev hash, with nginx's variables; default `$remote_addr`.",
      ),
    header: z.string().min(1).optional().describe("Header that haproxy-hdr hashes."),
    domainOnly: z
      .boolean()
      .optional()
      .describe("haproxy-hdr hashes only the main domain of a host (`use_domain_only`)."),
    parameter: z.string().min(1).optional().describe("Parameter that haproxy-url-param hashes."),
    uri: z
      .strictObject({
        length: z.number().int().min(1).optional().describe("Only so many characters (`len`)."),
        depth: z.number().int().min(1).optional().describe("Only so many directories (`depth`)."),
        whole: z.boolean().default(false).describe("With the query (`whole`)."),
        pathOnly: z.boolean().default(false).describe("Without scheme and host (`path-only`)."),
      })
      .optional()
      .describe("What haproxy-uri hashes."),
    hash: Hash.optional(),
    draws: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(2)
      .describe("Servers drawn by haproxy-random and least-request."),
    activeRequestBias: z.number().min(0).default(1).describe("Envoy's, for unequal weights."),
    decay: PositiveDuration.default(10_000).describe("Time constant of peak-ewma."),
    ring: z
      .strictObject({
        minimum: z.number().int().min(1).max(8_388_608).default(1024).describe("Least points."),
        maximum: z.number().int().min(1).max(8_388_608).default(8_388_608).describe("Most points."),
        function: z.enum(["xxhash", "murmur2"]).default("xxhash").describe("Hash function."),
      })
      .optional()
      .describe("Envoy's ring of ring-hash."),
    tableSize: z
      .number()
      .int()
      .min(2)
      .max(5_000_011)
      .default(65_537)
      .describe("Size of Maglev's table; a prime number."),
    servers: z
      .array(Server)
      .max(100)
      .optional()
      .describe("What is said of the first, second, … instance."),
    allBackups: z
      .boolean()
      .default(false)
      .describe("HAProxy's `option allbackups`: all of them, not the first usable one."),
    queueTimeout: PositiveDuration.optional().describe(
      "HAProxy's `timeout queue`: longest wait for a free connection; default `timeout`.",
    ),
    fullConnections: z.number().int().min(0).default(0).describe("HAProxy's `fullconn`."),
    outlier: Outlier.optional(),
    panicThreshold: Percentage.default(0.5).describe(
      "Envoy's: with fewer healthy hosts than this share, health is ignored. For least-request, peak-ewma, ring-hash and maglev.",
    ),
    slowStart: z
      .strictObject({
        window: PositiveDuration.default(60_000).describe("How long a new host is warming up."),
        aggression: z.number().positive().default(1).describe("1 grows linearly."),
        minimumWeight: Percentage.default(0.1).describe("Share of its weight to begin with."),
      })
      .optional()
      .describe("Envoy's slow start, for least-request; absent: off."),
  })
  .describe("Who gets a call.");
/** Settings of a balancer after parsing. */
export type BalancerSpec = z.output<typeof Balancer>;
/** A balancer as it is written in a cluster file. */
export type BalancerFile = z.input<typeof Balancer>;
