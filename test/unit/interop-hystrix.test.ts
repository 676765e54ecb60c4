import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HystrixReader } from "../../extension/hystrix-code/hystrix-reader.ts";
import { resilienceFormatFor, resilienceFormatOf } from "../../simulator/interop/hystrix/index.ts";
import { escapeKey, parseProperties } from "../../simulator/interop/hystrix/properties-text.ts";
import { readProperties } from "../../simulator/interop/hystrix/read-properties.ts";
import { parseClusterFile } from "../../simulator/protocol/cluster-file.ts";
import { withBreakers } from "../../simulator/protocol/cluster-file-breakers.ts";
import { requireProgram } from "../support/programs.ts";
import { Breaker, ServiceSpec, type BreakerFile } from "../../simulator/protocol/spec.ts";

const root = join(import.meta.dirname, "../..");
const goReader = new HystrixReader(join(root, "node_modules/@vscode/tree-sitter-wasm/wasm"));
/** Comes with Go. */
const gofmt = requireProgram("gofmt");
const go = resilienceFormatOf("hystrix-go");
const netflix = resilienceFormatOf("hystrix");

const service = (breaker: BreakerFile | undefined, more: object = {}) =>
  ServiceSpec.parse({ synthetic: {}, breaker, ...more });
const read = (text: string) => readProperties({ path: "hystrix.properties", text });
const messages = (text: string) =>
  read(text).findings.map(
    ({ line, severity, message }) => `${String(line)} ${severity}: ${message}`,
  );
const breakers = (text: string) =>
  Object.fromEntries(read(text).commands.map(({ name, breaker }) => [name, breaker]));

describe("Hystrix properties", () => {
  it("are read for commands, their pools, and all commands together", () => {
    const text = `# of the shop
hystrix.command.checkout.circuitBreaker.requestVolumeThreshold=10
hystrix.command.checkout.execution.isolation.thread.timeoutInMilliseconds: 300
hystrix.command.api.v1.circuitBreaker.errorThresholdPercentage 25
hystrix.command.api.v1.execution.isolation.strategy=semaphore
hystrix.command.api.v1.threadPoolKeyOverride=api
hystrix.command.default.circuitBreaker.sleepWindowInMilliseconds=2000
hystrix.command.checkout.circuitBreaker.sleepWindowInMilliseconds = 5000
hystrix.threadpool.checkout.coreSize=\\
  30
hystrix.threadpool.api.maxQueueSize=100
hystrix.threadpool.default.queueSizeRejectionThreshold=50
server.port=8080
`;
    expect(read(text)).toEqual({
      commands: [
        {
          name: "checkout",
          serviceName: "checkout",
          line: 2,
          breaker: {
            engine: "hystrix",
            circuitBreakerRequestVolumeThreshold: 10,
            executionTimeoutInMilliseconds: 300,
            coreSize: 30,
            queueSizeRejectionThreshold: 50,
          },
        },
        {
          name: "api.v1",
          serviceName: "api-v1",
          line: 4,
          breaker: {
            engine: "hystrix",
            circuitBreakerErrorThresholdPercentage: 25,
            circuitBreakerSleepWindowInMilliseconds: 2000,
            executionIsolationStrategy: "SEMAPHORE",
            maxQueueSize: 100,
            queueSizeRejectionThreshold: 50,
          },
        },
      ],
      findings: [],
    });
  });

  it("that only speak of all commands are those of one called default", () => {
    expect(breakers("hystrix.command.default.fallback.enabled=false\n")).toEqual({
      default: { engine: "hystrix", fallbackEnabled: false },
    });
  });

  it("say what is out of range, no property, or of no use here, by line", () => {
    const text = `hystrix.command.a.circuitBreaker.errorThresholdPercentage=101
hystrix.command.a.circuitBreaker.requestVolumeThreshold=many
hystrix.command.a.execution.isolation.thread.timeoutInMilliseconds=0
hystrix.command.a.circuitBreaker.enabled=perhaps
hystrix.command.a.execution.isolation.strategy=FIBER
hystrix.threadpool.a.coreSize=-1
hystrix.command.a.circuitBreaker.volume=3
hystrix.command.a.requestLog.enabled=false
hystrix.collapser.a.maxRequestsInBatch=5
hystrix.threadpool.b.coreSize=7
hystrix.command.a.circuitBreaker.forceOpen=true
`;
    expect(messages(text)).toEqual([
      '1 warning: `hystrix.command.a.circuitBreaker.errorThresholdPercentage` is "101". Expected per cent between 0 and 100. It stays at 50.',
      '2 warning: `hystrix.command.a.circuitBreaker.requestVolumeThreshold` is "many". Expected a whole number. It stays at 20.',
      expect.stringMatching(/^3 warning: .* is "0"\. .* It stays at 1000\.$/),
      '4 warning: `hystrix.command.a.circuitBreaker.enabled` is "perhaps". Expected true or false. It stays at true.',
      expect.stringMatching(/^5 warning: .* is "FIBER"\. .* It stays at THREAD\.$/),
      expect.stringMatching(/^6 warning: .* is "-1"\. .* It stays at 10\.$/),
      "7 warning: `hystrix.command.a.circuitBreaker.volume` is no property of Hystrix.",
      "8 note: `requestLog.enabled` changes nothing here.",
      "9 note: `hystrix.collapser.a.maxRequestsInBatch` has no equivalent: calls are not collapsed here.",
      '10 warning: No command here uses the thread pool "b": it is left out. `hystrix.command.NAME.threadPoolKeyOverride` says whose it is.',
    ]);
    expect(breakers(text)).toEqual({ a: { engine: "hystrix", circuitBreakerForceOpen: true } });
  });

  it("leave a command out whose settings contradict each other", () => {
    const text = "hystrix.command.a.metrics.rollingStats.timeInMilliseconds=250\n";
    expect(read(text).commands).toEqual([]);
    expect(messages(text)).toEqual([expect.stringMatching(/^1 warning: "a" is left out: /)]);
  });

  it("are recognised by name and words", () => {
    const text = "  hystrix.command.a.fallback.enabled=true";
    expect(resilienceFormatFor("/x/config.properties", text)?.id).toBe("hystrix");
    expect(resilienceFormatFor("/x/config.yaml", text)).toBeUndefined();
    expect(resilienceFormatFor("/x/log4j.properties", "a=1\n#hystrix.command.")).toBeUndefined();
  });

  it("have keys with any characters", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(99), (name, value) => {
        // Blanks at the ends of a line are the line's.
        const [line] = parseProperties(`${escapeKey(`a${name}`)}=${String(value)}`);
        expect(line).toMatchObject({ key: `a${name}`, value: String(value) });
      }),
    );
  });

  it("are read without an exception whatever the text", () => {
    const word = fc.constantFrom("hystrix.", "command.", "threadpool.", "a", ".", "=", "\\", "\n");
    const more = fc.constantFrom(
      "coreSize",
      "circuitBreaker.enabled",
      "default",
      "\\u00",
      "1",
      "#",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, more), { maxLength: 40 }), (words) => {
        const { commands, findings } = read(words.join(""));
        expect([...commands, ...findings].every(({ line }) => line >= 1)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const goBreaker = fc
  .record(
    {
      timeout: fc.integer({ min: 1, max: 100_000 }),
      maxConcurrentRequests: fc.integer({ min: 1, max: 1000 }),
      requestVolumeThreshold: fc.integer({ min: 1, max: 1000 }),
      sleepWindow: fc.integer({ min: 1, max: 100_000 }),
      errorPercentThreshold: fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: [] },
  )
  .map((settings) => Breaker.parse({ engine: "hystrix-go", ...settings }));
const count = fc.integer({ min: 0, max: 1000 });
const ms = fc.integer({ min: 1, max: 100_000 });
const netflixBreaker = fc
  .record(
    {
      circuitBreakerEnabled: fc.boolean(),
      circuitBreakerRequestVolumeThreshold: count,
      circuitBreakerErrorThresholdPercentage: fc.integer({ min: 0, max: 100 }),
      circuitBreakerSleepWindowInMilliseconds: count,
      circuitBreakerForceOpen: fc.boolean(),
      circuitBreakerForceClosed: fc.boolean(),
      executionIsolationStrategy: fc.constantFrom("THREAD", "SEMAPHORE"),
      executionTimeoutEnabled: fc.boolean(),
      executionTimeoutInMilliseconds: ms,
      executionIsolationThreadInterruptOnTimeout: fc.boolean(),
      executionIsolationSemaphoreMaxConcurrentRequests: count,
      fallbackEnabled: fc.boolean(),
      fallbackIsolationSemaphoreMaxConcurrentRequests: count,
      metricsRollingStatisticalWindowInMilliseconds: fc.constantFrom(1000, 5500, 60_000),
      coreSize: fc.integer({ min: 1, max: 100 }),
      maximumSize: fc.integer({ min: 1, max: 100 }),
      allowMaximumSizeToDivergeFromCoreSize: fc.boolean(),
      maxQueueSize: fc.integer({ min: -1, max: 100 }),
      queueSizeRejectionThreshold: count,
    },
    { requiredKeys: [] },
  )
  .map((settings) => Breaker.parse({ engine: "hystrix", ...settings }));

describe("what is written", () => {
  it("as properties is what was read", () => {
    fc.assert(
      fc.property(fc.dictionary(name, netflixBreaker, { maxKeys: 4 }), (specs) => {
        fc.pre(!("default" in specs));
        const services = Object.fromEntries(
          Object.entries(specs).map(([id, breaker]) => [id, { ...service(undefined), breaker }]),
        );
        const { text, findings } = netflix.write(services);
        expect(findings).toEqual([]);
        const again = read(text);
        expect(again.findings.filter(({ severity }) => severity !== "note")).toEqual([]);
        const parsed = again.commands.map((each) => [each.name, Breaker.parse(each.breaker)]);
        expect(Object.fromEntries(parsed), text).toEqual(specs);
      }),
      { numRuns: 300 },
    );
  });

  it("as Go code is what was read, and laid out as gofmt does", async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, goBreaker, { maxKeys: 3 }), async (specs) => {
        const services = Object.fromEntries(
          Object.entries(specs).map(([id, breaker]) => [id, { ...service(undefined), breaker }]),
        );
        const { text, findings } = go.write(services);
        expect(findings).toEqual([]);
        const code = await goReader.read(text);
        expect(code.findings).toEqual([]);
        const parsed = code.configurations.map((each) => [
          each.name,
          Breaker.parse({ engine: "hystrix-go", ...each.settings }),
        ]);
        expect(Object.fromEntries(parsed), text).toEqual(specs);
      }),
      { numRuns: 100 },
    );
  });

  it.skipIf(!gofmt)("as Go code is not changed by gofmt", () => {
    const services = {
      a: service({ engine: "hystrix-go", timeout: 300 }),
      "b-c": service({ engine: "sampling" }, { retry: {} }),
    };
    const { text } = go.write(services);
    expect(execFileSync(gofmt ?? "", { input: text, encoding: "utf8" })).toBe(text);
    const empty = go.write({}).text;
    expect(execFileSync(gofmt ?? "", { input: empty, encoding: "utf8" })).toBe(empty);
  });

  it("says in comments what has no equivalent, with the nearest there is", () => {
    const services = {
      a: service(
        { engine: "sampling", threshold: "20%", duration: "30s", minimumRps: 2 },
        { retry: {}, fallback: { value: 1 }, bulkhead: { concurrent: 7, queue: 3 } },
      ),
      b: service({ engine: "consecutive", threshold: 3, halfOpenAfter: "1.5s" }, { timeout: "2s" }),
      c: service(undefined),
    };
    const written = go.write(services);
    const notes = written.findings.map(({ file, message }) => `${file}: ${message}`);
    expect(notes).toEqual([
      "a: It opens above 20% of failures; the nearest is at 21%.",
      "a: Its window is 30s; hystrix-go's is always ten seconds.",
      "a: `retry` has no equivalent in hystrix-go; it is left out.",
      "a: `fallback` is a function in the code there; it is left out.",
      "a: The queue of `bulkhead` is left out; calls beyond the limit are rejected.",
      "b: It opens after 3 failures in a row; the nearest is as many requests in the window, all of which failed.",
      "b: There is no limit of concurrent calls; the nearest is 10000.",
      "c: It has no `breaker`; there is nothing to write.",
    ]);
    for (const { file, message } of written.findings) {
      if (file !== "c") expect(written.text).toContain(`\t\t// ${message}\n`);
    }
    expect(written.text).toContain(`\t\t"a": {
			Timeout:                1000,
			MaxConcurrentRequests:  7,
			RequestVolumeThreshold: 60,
			SleepWindow:            5000,
			ErrorPercentThreshold:  21,
		},
`);
    const properties = netflix.write(services);
    expect(properties.text).toContain(
      "hystrix.command.a.metrics.rollingStats.timeInMilliseconds=30000\n",
    );
    expect(properties.text).toContain(
      "hystrix.command.a.threadPoolKeyOverride=a\nhystrix.threadpool.a.coreSize=7\n",
    );
    expect(properties.text).toContain("hystrix.command.b.execution.isolation.strategy=SEMAPHORE\n");
    expect(properties.text).toContain("# `retry` has no equivalent in Hystrix; it is left out.\n");
  });

  it("keeps what both libraries have from one to the other", () => {
    const breaker = { engine: "hystrix-go", timeout: 300, maxConcurrentRequests: 5 } as const;
    const { text } = netflix.write({ a: service(breaker) });
    expect(breakers(text)).toEqual({
      a: {
        engine: "hystrix",
        executionTimeoutInMilliseconds: 300,
        executionIsolationThreadInterruptOnTimeout: false,
        coreSize: 5,
      },
    });
    const back = go.write({
      a: service({ engine: "hystrix", ...breakers(text).a }),
      b: service({
        engine: "hystrix",
        circuitBreakerForceOpen: true,
        maxQueueSize: 5,
        executionTimeoutEnabled: false,
      }),
    });
    expect(back.text).toContain(
      "\t\t\tTimeout:                300,\n\t\t\tMaxConcurrentRequests:  5,\n",
    );
    expect(back.findings.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        "There is no timeout; the nearest is one of 24 days.",
        "`circuitBreakerForceOpen` has no equivalent; it is left out.",
        "`maxQueueSize` has no equivalent; calls beyond the limit are rejected.",
      ]),
    );
  });
});

describe("breakers in a cluster file", () => {
  const breaker = { engine: "hystrix-go", timeout: 300 } as const;
  const line = "breaker: { engine: hystrix-go, timeout: 300 }";

  it("are put behind the settings of their service, and nothing else changes", () => {
    const text = `# Ours.
version: 1
services:
  a:   # the first
    synthetic: {}
    calls: [b,   c]  # both

  b:
    synthetic: {  latency: 5ms }
    health:
      kind: tcp  # only connects
  c: { synthetic: {} }
`;
    const changed = withBreakers(text, { a: breaker, b: breaker });
    expect(changed).toBe(
      text
        .replace("# both\n", `# both\n    ${line}\n`)
        .replace("# only connects\n", `# only connects\n    ${line}\n`),
    );
    const all = parseClusterFile(withBreakers(text, { c: breaker, d: breaker }));
    expect(all.ok && Object.keys(all.spec.services)).toEqual(["a", "b", "c", "d"]);
    expect(all.ok && all.spec.services.c?.breaker).toMatchObject(breaker);
  });

  it("replace those that are there, on one line or several", () => {
    const text = `version: 1
services:
  a:
    synthetic: {}
    breaker: { engine: count, size: 5 } # old
    timeout: 2s
  b:
    breaker:
      engine: consecutive
      threshold: 3
    synthetic: {}
`;
    expect(withBreakers(text, { a: breaker, b: breaker })).toBe(`version: 1
services:
  a:
    synthetic: {}
    ${line} # old
    timeout: 2s
  b:
    ${line}
    synthetic: {}
`);
  });

  it("come into a file that is new, and not into one that is broken", () => {
    expect(withBreakers(undefined, { a: breaker })).toBe(
      `version: 1\nservices:\n  a:\n    synthetic: {}\n    ${line}\n`,
    );
    expect(() => withBreakers("services: [", { a: breaker })).toThrow("has an error");
    expect(() => withBreakers("- 1", { a: breaker })).toThrow("is not a mapping");
    expect(() => withBreakers("services: 1", { a: breaker })).toThrow("`services`");
  });
});
