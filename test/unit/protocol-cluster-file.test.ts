import { describe, expect, it } from "vitest";
import { BALANCERS } from "../../simulator/protocol/spec.ts";
import { clusterFileSchema, parseClusterFile } from "../../simulator/protocol/cluster-file.ts";

/** The errors of a file, each as `line:column-line:column message`. */
function errorsOf(text: string): string[] {
  const parsed = parseClusterFile(text);
  if (parsed.ok) return [];
  return parsed.errors.map(
    ({ line, column, endLine, endColumn, message }) =>
      `${String(line)}:${String(column)}-${String(endLine)}:${String(endColumn)} ${message}`,
  );
}

const cart = (lines: string) => `version: 1\nservices:\n  cart:\n    synthetic: {}\n${lines}`;

describe("a cluster file", () => {
  it("gets every default from the shortest one", () => {
    const parsed = parseClusterFile("version: 1\nservices:\n  cart:\n    function: cart.ts#cart\n");
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    expect(parsed.spec).toEqual({
      version: 1,
      registry: { kind: "embedded", port: 0, leaseTtl: 5000 },
      gateway: { port: 0, maxBody: 1_048_576 },
      services: {
        cart: {
          function: "cart.ts#cart",
          instances: 3,
          calls: [],
          balancer: {
            engine: "fuseboard",
            algorithm: "round-robin",
            draws: 2,
            activeRequestBias: 1,
            decay: 10_000,
            tableSize: 65_537,
            allBackups: false,
            fullConnections: 0,
            panicThreshold: 0.5,
          },
          health: {
            kind: "http",
            http: "/health",
            interval: 2000,
            timeout: 1000,
            rise: 2,
            fall: 3,
          },
          timeout: 1000,
          layers: ["fallback", "rate-limit", "retry", "hedge", "breaker", "bulkhead", "timeout"],
        },
      },
    });
  });

  it("gets the peers' defaults for the layers that it asks for", () => {
    const parsed = parseClusterFile(
      cart(
        "    retry: {}\n    breaker: { engine: consecutive }\n    bulkhead: {}\n    fallback: { value: null }\n",
      ),
    );
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    expect(parsed.spec.services.cart).toMatchObject({
      retry: {
        attempts: 2,
        backoff: "exponential",
        initial: 128,
        max: 30_000,
        jitter: "decorrelated",
        on: ["error", "timeout", "5xx"],
        nonIdempotent: false,
      },
      breaker: { engine: "consecutive", threshold: 5, halfOpenAfter: 5000 },
      bulkhead: { concurrent: 10, queue: 0 },
      fallback: { value: null },
    });
  });

  it("takes each library's own names and defaults for its breaker", () => {
    const breakerOf = (text: string) => {
      const parsed = parseClusterFile(cart(`    breaker: ${text}\n`));
      if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
      return parsed.spec.services.cart?.breaker;
    };
    const go = {
      engine: "hystrix-go",
      timeout: 1000,
      maxConcurrentRequests: 10,
      requestVolumeThreshold: 20,
      sleepWindow: 5000,
      errorPercentThreshold: 50,
    };
    expect(breakerOf("{ engine: hystrix-go }")).toEqual(go);
    // A 0 is the default in hystrix-go, not nothing.
    expect(breakerOf("{ engine: hystrix-go, timeout: 0, errorPercentThreshold: 0 }")).toEqual(go);
    expect(breakerOf("{ engine: hystrix-go, timeout: 250, sleepWindow: 2s }")).toEqual({
      ...go,
      timeout: 250,
      sleepWindow: 2000,
    });
    expect(breakerOf("{ engine: hystrix }")).toMatchObject({
      circuitBreakerRequestVolumeThreshold: 20,
      circuitBreakerSleepWindowInMilliseconds: 5000,
      circuitBreakerErrorThresholdPercentage: 50,
      executionTimeoutInMilliseconds: 1000,
      executionIsolationStrategy: "THREAD",
      coreSize: 10,
      maxQueueSize: -1,
    });
  });

  it("puts the layers that it names outside of the others, in its order", () => {
    const parsed = parseClusterFile(cart("    layers: [breaker, retry]\n"));
    if (!parsed.ok) throw new Error(parsed.errors[0]?.message);
    expect(parsed.spec.services.cart?.layers).toEqual([
      "breaker",
      "retry",
      "fallback",
      "rate-limit",
      "hedge",
      "bulkhead",
      "timeout",
    ]);
  });

  it("may repeat itself by anchors", () => {
    const text =
      "version: 1\nservices:\n  a: &a\n    synthetic: { latency: 5ms }\n  b:\n    <<: *a\n";
    // YAML 1.2 has no merge keys: what looks like one is an unknown setting.
    expect(errorsOf(text).join()).toContain('Unknown setting "<<"');
    expect(errorsOf("version: 1\nservices:\n  a: &a\n    synthetic: {}\n  b: *a\n")).toEqual([]);
  });
});

describe("a mistake in a cluster file is named with its place", () => {
  it.each<[what: string, text: string, errors: (string | RegExp)[]]>([
    ["an empty file", "", [/^1:1-1:2 .*/, /^1:1-1:2 .*/]],
    [
      "a list in place of settings",
      "- cart\n",
      [/^1:1-\d:\d Expected a cluster file, which begins with `version: 1`/],
    ],
    [
      "no YAML: a bracket that is never closed",
      "version: 1\nservices: {cart: [\n",
      [/^3:1-/, /^3:1-/],
    ],
    ["no YAML: a tab", "version: 1\nservices:\n\tcart: {}\n", [/^3:1-/]],
    ["a key twice", "version: 1\nversion: 1\nservices: {}\n", [/^2:1-.*unique/i]],
    ["another version", "version: 2\nservices: {}\n", [/^1:10-1:11 .*1/]],
    ["a missing version", "services: {}\n", [/^1:1-.*/]],
    [
      "an unknown setting at the top",
      "version: 1\nservices: {}\nservcies: {}\n",
      ['3:1-3:9 Unknown setting "servcies".'],
    ],
    [
      "an unknown setting of a service",
      cart("    instance: 3\n"),
      ['5:5-5:13 Unknown setting "instance".'],
    ],
    [
      "two unknown settings",
      cart("    a: 1\n    b: 2\n"),
      ['5:5-5:6 Unknown setting "a".', '6:5-6:6 Unknown setting "b".'],
    ],
    [
      "a bad name",
      "version: 1\nservices:\n  my cart:\n    synthetic: {}\n",
      [/^3:3-3:10 .*letters/],
    ],
    ["a duration without a unit", cart("    timeout: 100\n"), [/^5:14-5:17 .*/]],
    [
      "a duration of a wrong unit",
      cart("    timeout: 1 minute\n"),
      ["5:14-5:22 Expected a duration such as 250ms, 5s or 1m."],
    ],
    ["no time at all", cart("    timeout: 0s\n"), ["5:14-5:16 Expected more than no time."]],
    [
      "more time than a timer has",
      cart("    health: { interval: 900h }\n"),
      ["5:25-5:29 Expected a duration of at most 24 days."],
    ],
    [
      "a number that is too large",
      cart("    instances: 101\n"),
      ["5:16-5:19 Expected at most 100."],
    ],
    ["a number that is too small", cart("    instances: -1\n"), ["5:16-5:18 Expected 0 or more."]],
    [
      "a number that has to be above",
      cart("    rateLimit: { perSecond: 0 }\n"),
      ["5:29-5:30 Expected more than 0."],
    ],
    ["half a number", cart("    instances: 1.5\n"), ["5:16-5:19 Expected a whole number."]],
    [
      "a duration without its unit",
      cart("    timeout: 500\n"),
      ["5:14-5:17 Expected a duration such as 250ms, 5s or 1m."],
    ],
    ["a number that is none", cart("    instances: three\n"), [/^5:16-5:21 .*number/]],
    [
      "an unknown balancer",
      cart("    balancer: { algorithm: fastest }\n"),
      [/^5:28-5:35 .*round-robin.*least-connections.*power-of-two/],
    ],
    ["an unknown breaker engine", cart("    breaker: { engine: hystrx }\n"), [/^5:24-5:30 .*/]],
    [
      "a breaker without an engine",
      cart("    breaker: { threshold: 3 }\n"),
      ['5:5-5:12 "engine" must be one of consecutive, sampling, count, hystrix-go, hystrix.'],
    ],
    [
      "per cent above 100",
      cart("    breaker: { engine: hystrix-go, errorPercentThreshold: 150 }\n"),
      ["5:59-5:62 Expected per cent between 0 and 100."],
    ],
    [
      "less than no time",
      cart("    breaker: { engine: hystrix-go, timeout: -5 }\n"),
      ["5:45-5:47 Expected milliseconds: 0 or more."],
    ],
    [
      "a bucket that is longer than its window",
      cart(
        "    breaker: { engine: hystrix, metricsHealthSnapshotIntervalInMilliseconds: 20000 }\n",
      ),
      [/^5:78-5:83 Expected at most `metricsRollingStatisticalWindowInMilliseconds`\.$/],
    ],
    [
      "a layer twice",
      cart("    layers: [retry, retry]\n"),
      [/^5:13-.* "retry" stands there twice/],
    ],
    [
      "a budget above 100%",
      cart("    retry: { budget: { rules: envoy, percent: 120% } }\n"),
      ["5:47-5:51 Expected a percentage between 0% and 100%."],
    ],
    ["a rate of nothing", cart("    rateLimit: { perSecond: 0 }\n"), [/^5:29-5:30 .*/]],
    [
      "a setting of another engine",
      cart("    breaker: { engine: consecutive, size: 3 }\n"),
      ['5:37-5:41 Unknown setting "size".'],
    ],
    [
      "a share that can never be above",
      cart("    breaker: { engine: count, threshold: 100% }\n"),
      ["5:42-5:46 Expected a percentage above 0% and below 100%."],
    ],
    [
      "more calls than the window",
      cart("    breaker: { engine: count, size: 5, minimumCalls: 6 }\n"),
      ["5:54-5:55 Expected at most `size`: the window holds no more calls."],
    ],
    ["a retry on something else", cart("    retry: { on: [error, 200] }\n"), [/^5:26-5:29 .*400/]],
    [
      "a size of a wrong unit",
      "version: 1\ngateway: { maxBody: 1tb }\nservices: {}\n",
      ["2:21-2:24 Expected a size such as 64kb or 1mb."],
    ],
    [
      "neither function nor synthetic",
      "version: 1\nservices:\n  cart:\n    instances: 1\n",
      [/^4:5-.* A service needs exactly one of `function` and `synthetic`\.$/],
    ],
    ["both", cart("    function: cart.ts#cart\n"), [/exactly one/]],
    [
      "a function without its export",
      "version: 1\nservices:\n  cart:\n    function: cart.ts\n",
      ["4:15-4:22 Expected `<file>#<export>`, such as functions/checkout.ts#checkout."],
    ],
    ["a fallback of two kinds", cart("    fallback: { value: 1, service: cart }\n"), [/^5:\d+-/]],
    [
      "a latency that is none",
      "version: 1\nservices:\n  cart:\n    synthetic: { latency: slow }\n",
      [/^4:27-4:31 Expected a duration/],
    ],
    [
      "a call to nobody",
      cart("    calls: [cart, shop]\n"),
      ['5:19-5:23 There is no service "shop". Known services: cart.'],
    ],
    [
      "a call to something that every object has",
      cart("    calls: [constructor]\n"),
      ['5:13-5:24 There is no service "constructor". Known services: cart.'],
    ],
    [
      "a fallback to nobody",
      cart("    fallback: { service: shop }\n"),
      ['5:26-5:30 There is no service "shop". Known services: cart.'],
    ],
    [
      "a fallback to itself",
      cart("    fallback: { service: cart }\n"),
      ["5:26-5:30 The fallbacks go round in a circle: cart → cart."],
    ],
    ["an alias without its anchor", cart("    instances: *many\n"), [/^5:16-5:21 .*many/]],
  ])("%s", (_, text, errors) => {
    const found = errorsOf(text);
    expect(found).toHaveLength(errors.length);
    for (const [i, expected] of errors.entries()) {
      if (typeof expected === "string") expect(found[i]).toBe(expected);
      else expect(found[i]).toMatch(expected);
    }
  });

  it("fallbacks in a circle, at each service of the circle and nobody else's", () => {
    const service = (name: string, fallback: string) =>
      `  ${name}:\n    synthetic: {}\n    fallback: { service: ${fallback} }\n`;
    const text = `version: 1\nservices:\n${service("a", "b")}${service("b", "c")}${service("c", "b")}`;
    expect(errorsOf(text)).toEqual([
      "8:26-8:27 The fallbacks go round in a circle: b → c → b.",
      "11:26-11:27 The fallbacks go round in a circle: c → b → c.",
    ]);
    const chain = `version: 1\nservices:\n${service("a", "b")}${service("b", "c")}  c:\n    synthetic: {}\n`;
    expect(errorsOf(chain)).toEqual([]);
  });

  it("aliases that unfold to something huge", () => {
    const levels = Array.from({ length: 9 }, (_, i) => {
      const inner = i === 0 ? "x" : `*l${String(i - 1)}`;
      return `l${String(i)}: &l${String(i)} [${Array<string>(9).fill(inner).join(", ")}]`;
    });
    const [error, ...others] = errorsOf(`${levels.join("\n")}\nversion: 1\nservices: {}\n`);
    expect(error).toMatch(/^2:.*alias/i);
    expect(others).toEqual([]);
  });

  it("also in a file with Windows' line ends and letters of several bytes", () => {
    expect(
      errorsOf("version: 1\r\n# Überprüfung 🍎\r\nservices:\r\n  cart: { röt: 1 }\r\n"),
    ).toContain('4:11-4:14 Unknown setting "röt".');
  });
});

describe("the JSON schema of the cluster file", () => {
  it("says defaults as they are written, and describes every setting", () => {
    const schema = JSON.stringify(clusterFileSchema());
    expect(schema).toContain('"default":"128ms"');
    expect(schema).toContain('"default":"50%"');
    expect(schema).toContain('"default":"1mb"');
    expect(schema).toContain(`"enum":${JSON.stringify(BALANCERS)}`);
  });
});
