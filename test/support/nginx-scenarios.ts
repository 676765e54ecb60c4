import fc from "fast-check";
import type { BalancerId } from "../../simulator/protocol/balancer-spec.ts";
import type { NginxRetry } from "../../simulator/protocol/spec.ts";
import type { Mood } from "./nginx.ts";

/** A `server` of an upstream. */
export interface ScenarioServer {
  readonly weight: number;
  readonly maxFails: number;
  /** In seconds. */
  readonly failTimeout: number;
  readonly maxConns: number;
  readonly role: "" | "backup" | "down";
  /** It is written with the address of the server before it. */
  readonly twin: boolean;
}

export interface ScenarioRequest {
  readonly kind: "request";
  readonly method: string;
  /** Path and query. */
  readonly uri: string;
  readonly client: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether its answer stays under way until a later step. */
  readonly hold: boolean;
}

/** What happens in the `second`-th second. */
export type ScenarioStep = { readonly second: number } & (
  | ScenarioRequest
  /** The oldest held answer but `which` ends. */
  | { readonly kind: "release"; readonly which: number }
  | { readonly kind: "mood"; readonly server: number; readonly mood: Mood }
);

/** An upstream and what happens to it. */
export interface Scenario {
  readonly algorithm: BalancerId;
  readonly key: string;
  readonly servers: readonly ScenarioServer[];
  readonly on: NginxRetry["on"];
  readonly tries: number;
  readonly steps: readonly ScenarioStep[];
}

/** The `upstream` block's method. */
export function directiveOf({ algorithm, key }: Scenario): string {
  switch (algorithm) {
    case "least-connections":
      return "least_conn;";
    case "ip-hash":
      return "ip_hash;";
    case "hash":
      return `hash "${key}";`;
    case "consistent-hash":
      return `hash "${key}" consistent;`;
    case "random":
      return "random;";
    case "power-of-two":
      return "random two least_conn;";
    default:
      return "";
  }
}

const KEYS = [
  "$arg_k",
  "$request_uri",
  "$uri",
  "$document_uri?$query_string",
  "$cookie_user",
  "$http_x_key",
  "a-${arg_k}b$is_args$args",
  "$request_method $host",
  "$remote_addr",
  "$binary_remote_addr$arg_K",
  "$scheme",
] as const;

const request: fc.Arbitrary<ScenarioRequest> = fc.record({
  kind: fc.constant("request" as const),
  method: fc.constantFrom("GET", "GET", "GET", "POST", "PUT", "PATCH", "LOCK", "DELETE"),
  uri: fc
    .tuple(
      fc.constantFrom("/", "/a/b", "/a//b/./c/../d", "/%61%2Fb/%2e%2E/x%3Fy%25/", "/a/.."),
      fc.constantFrom("", "?", "?k=1", "?k=2&x=1", "?x=3&K=3", "?kk=1&k=a%20b&k=c", "?k=7#f"),
    )
    .map((parts) => parts.join("")),
  client: fc.oneof(
    { weight: 4, arbitrary: fc.nat(40).map((i) => `10.${String(i)}.7.9`) },
    fc.constantFrom("2001:db8::1", "fe80::1:2:3", "::1", "2001:db8:0:1:2:3:4:5"),
  ),
  headers: fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    { host: "Shop.Example:8080", "x-key": "v1" },
    { host: "other.example", cookie: "a=1; User=ann; user=bob", "x-key": "v2" },
    { host: "shop.example.", cookie: "user; user=eve, user = kim" },
  ),
  hold: fc.boolean(),
});

/** Random scenarios; `timed` ones come back within seconds, the others have no time in them. */
export function scenarios(timed: boolean): fc.Arbitrary<Scenario> {
  const mood: fc.Arbitrary<Mood> = fc.oneof(
    { weight: 4, arbitrary: fc.constant(200) },
    { weight: 4, arbitrary: fc.constant("refuses" as const) },
    fc.constantFrom("resets" as const, 500, 502, 503, 504, 403, 404, 429, 302),
    ...(timed ? [] : [fc.constant("hangs" as const)]),
  );
  const second = timed ? fc.nat(4) : fc.constant(0);
  const step: fc.Arbitrary<ScenarioStep> = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(second, request).map(([at, of]) => ({ second: at, ...of })) },
    {
      weight: 2,
      arbitrary: fc.record({
        second,
        kind: fc.constant("release" as const),
        which: fc.nat(5),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ second, kind: fc.constant("mood" as const), server: fc.nat(4), mood }),
    },
  );
  const server: fc.Arbitrary<ScenarioServer> = fc.record({
    weight: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 20 })),
    maxFails: fc.constantFrom(1, 1, 2, 3, 0),
    failTimeout: timed ? fc.constantFrom(1, 1, 2, 0) : fc.constant(600),
    maxConns: fc.constantFrom(0, 0, 0, 1, 2),
    role: fc.constantFrom("", "", "", "", "backup" as const, "down" as const),
    twin: fc.integer({ max: 7, min: 0 }).map((n) => n === 7),
  });
  const conditions = fc.constantFrom<NginxRetry["on"][number]>(
    "error",
    "timeout",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "http_403",
    "http_404",
    "http_429",
    "non_idempotent",
  );
  return fc
    .record({
      algorithm: fc.constantFrom<BalancerId>(
        "round-robin",
        "round-robin",
        "least-connections",
        "ip-hash",
        "hash",
        "consistent-hash",
      ),
      key: fc.constantFrom(...KEYS),
      servers: fc.array(server, { minLength: 1, maxLength: 5 }),
      on: fc.oneof(
        { weight: 3, arbitrary: fc.constant<NginxRetry["on"]>(["error", "timeout"]) },
        { weight: 3, arbitrary: fc.uniqueArray(conditions, { minLength: 1, maxLength: 10 }) },
        fc.constant<NginxRetry["on"]>(["off"]),
      ),
      tries: fc.constantFrom(0, 0, 0, 1, 2, 3),
      steps: fc.array(step, { minLength: 1, maxLength: 40, size: "max" }),
    })
    .map((scenario) => ({
      ...scenario,
      servers: scenario.servers.map((each, i) => valid(each, i, scenario.algorithm)),
      steps: (hasHang(scenario) ? shortened(scenario.steps) : scenario.steps).toSorted(
        (a, b) => a.second - b.second,
      ),
    }));
}

/** Whether a server never answers in it: then nginx must not wait for long. */
export function hasHang({ steps }: Pick<Scenario, "steps">): boolean {
  return steps.some((step) => step.kind === "mood" && step.mood === "hangs");
}

/** Where nginx does not wait, nothing can be held, and what it waits for must be little. */
function shortened(steps: readonly ScenarioStep[]): ScenarioStep[] {
  return steps
    .slice(-12)
    .map((step) => (step.kind === "request" ? { ...step, hold: false } : step));
}

/** As nginx accepts it: somebody is primary, and not all algorithms take a backup. */
function valid(server: ScenarioServer, i: number, algorithm: BalancerId): ScenarioServer {
  const backups = algorithm === "round-robin" || algorithm === "least-connections";
  const role = server.role === "backup" && (i === 0 || !backups) ? "" : server.role;
  return { ...server, role, twin: server.twin && i > 0 };
}
