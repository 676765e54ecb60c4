import fc from "fast-check";
import type { BalancerFile, BalancerId, HaproxyRetry } from "../../simulator/protocol/spec.ts";

type ServerFile = NonNullable<BalancerFile["servers"]>[number];

/* Backends for HAProxy and for ours, made by chance. */

/** A server as both configurations say it; HAProxy's weights end at 256. */
export interface ServerCase {
  readonly weight: number;
  readonly backup: boolean;
  readonly maxconn: number;
  readonly minconn: number;
  readonly maxqueue: number;
  /** Whole seconds. */
  readonly slowstart?: number;
}

/** A backend as both configurations say it. */
export interface BackendCase {
  readonly balance: string;
  readonly balancer: BalancerFile;
  readonly hash: NonNullable<BalancerFile["hash"]> | undefined;
  readonly servers: readonly ServerCase[];
  readonly allBackups: boolean;
  readonly fullconn: number;
  readonly retries: number;
  readonly redispatch: number;
  readonly on: HaproxyRetry["on"];
}

interface Balance {
  readonly balance: string;
  readonly balancer: BalancerFile;
}

function plain(algorithm: BalancerId, balance: string): Balance {
  return { balance, balancer: { algorithm } };
}

/** Algorithms without chance, those that hash with their options. */
export const anyBalance: fc.Arbitrary<Balance> = fc.oneof(
  fc.constantFrom(
    plain("haproxy-roundrobin", "roundrobin"),
    plain("haproxy-static-rr", "static-rr"),
    plain("haproxy-leastconn", "leastconn"),
    plain("haproxy-first", "first"),
    plain("haproxy-source", "source"),
    { balance: "hdr(X-Key)", balancer: { algorithm: "haproxy-hdr" as const, header: "X-Key" } },
    {
      balance: "url_param id",
      balancer: { algorithm: "haproxy-url-param" as const, parameter: "id" },
    },
  ),
  fc
    .record(
      {
        length: fc.integer({ min: 1, max: 12 }),
        depth: fc.integer({ min: 1, max: 4 }),
        whole: fc.constant(true),
        pathOnly: fc.constant(true),
      },
      { requiredKeys: [] },
    )
    .map((uri) => {
      const options = [
        uri.length === undefined ? "" : ` len ${String(uri.length)}`,
        uri.depth === undefined ? "" : ` depth ${String(uri.depth)}`,
        uri.whole ? " whole" : "",
        uri.pathOnly ? " path-only" : "",
      ];
      const balancer = { algorithm: "haproxy-uri" as const, uri };
      return { balance: `uri${options.join("")}`, balancer };
    }),
);

const anyHash = fc.option(
  fc.record(
    {
      type: fc.constantFrom("map-based" as const, "consistent" as const),
      function: fc.constantFrom("sdbm" as const, "djb2" as const, "wt6" as const, "crc32" as const),
      avalanche: fc.constant(true),
    },
    { requiredKeys: ["type"] },
  ),
  { nil: undefined },
);

const anyServer: fc.Arbitrary<ServerCase> = fc.record({
  weight: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 1, max: 10 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 100, 255, 256) },
  ),
  backup: fc.oneof(
    { weight: 4, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  maxconn: fc.constant(0),
  minconn: fc.constant(0),
  maxqueue: fc.constant(0),
});

export const anyBackend: fc.Arbitrary<BackendCase> = fc
  .record({
    balance: anyBalance,
    hash: anyHash,
    servers: fc.array(anyServer, { minLength: 1, maxLength: 5 }),
    allBackups: fc.boolean(),
    fullconn: fc.constant(0),
    retries: fc.integer({ min: 0, max: 4 }),
    redispatch: fc.constantFrom(0, -1, -2, 1, 2, 3),
    on: fc.constantFrom<HaproxyRetry["on"][]>(
      ["conn-failure"],
      ["conn-failure"],
      ["none"],
      ["all-retryable-errors"],
      ["empty-response"],
      ["junk-response", "503"].map((each) => (each === "503" ? 503 : "junk-response")),
      ["conn-failure", "response-timeout", 404],
    ),
  })
  // HAProxy divides by zero when −N counts back to before the first retry.
  .filter(({ retries, redispatch }) => redispatch >= 0 || retries + 1 + redispatch > 0)
  .map(({ balance, ...rest }) => ({ ...rest, ...balance }));

/** The backend `be` of HAProxy's configuration. */
export function haproxyText(of: BackendCase, ports: readonly number[]): string {
  const { hash } = of;
  const name = hash?.function ?? (hash?.avalanche ? "sdbm" : "");
  const lines = [
    `balance ${of.balance}`,
    hash ? `hash-type ${hash.type ?? ""} ${name}${hash.avalanche ? " avalanche" : ""}` : "",
    hash?.balanceFactor ? `hash-balance-factor ${String(hash.balanceFactor)}` : "",
    of.allBackups ? "option allbackups" : "",
    of.fullconn > 0 ? `fullconn ${String(of.fullconn)}` : "",
    `retries ${String(of.retries)}`,
    of.redispatch === 0 ? "no option redispatch" : `option redispatch ${String(of.redispatch)}`,
    `retry-on ${of.on.join(" ")}`,
    "timeout connect 20ms",
    "timeout server 5s",
    "timeout queue 20s",
    "http-reuse never",
    ...of.servers.map((server, i) => {
      const words = [
        `server s${String(i + 1)} 127.0.0.1:${String(ports[i])} weight ${String(server.weight)}`,
        server.backup ? "backup" : "",
        server.maxconn > 0 ? `maxconn ${String(server.maxconn)}` : "",
        server.minconn > 0 ? `minconn ${String(server.minconn)}` : "",
        server.maxqueue > 0 ? `maxqueue ${String(server.maxqueue)}` : "",
        server.slowstart === undefined ? "" : `slowstart ${String(server.slowstart)}s`,
      ];
      return words.filter((word) => word !== "").join(" ");
    }),
  ];
  return ["backend be", ...lines.filter((line) => line !== "").map((line) => `  ${line}`)].join(
    "\n",
  );
}

/** The same for ours. */
export function balancerFile(of: BackendCase): BalancerFile {
  const servers = of.servers.map((server): ServerFile => {
    const { weight, backup, maxconn, minconn, maxqueue, slowstart = 0 } = server;
    return {
      weight,
      backup,
      maxConnections: maxconn,
      minConnections: minconn,
      maxQueue: maxqueue,
      slowStart: `${String(slowstart)}s`,
    };
  });
  return {
    ...of.balancer,
    version: "2.6",
    // A function without a modifier is not mixed; without a function, consistent hashing is.
    hash: of.hash?.function ? { avalanche: false, ...of.hash } : of.hash,
    servers,
    allBackups: of.allBackups,
    fullConnections: of.fullconn,
  };
}

/** The same for our retries. */
export function retryOf({ retries, redispatch, on }: BackendCase): HaproxyRetry {
  return { rules: "haproxy", retries, redispatch, on: [...on], connectTimeout: 20 };
}

/** Whether HAProxy takes no other weights than 0% and 100% while it runs. */
export function hasFixedWeights({ balance, hash }: BackendCase): boolean {
  const hashes = /^(source|uri|url_param|hdr)/.test(balance);
  return balance === "static-rr" || (hashes && hash?.type !== "consistent");
}
