import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import type { BreakerResult } from "../../simulator/offline/breaker-call.ts";
import { readBreakerSettings } from "../../simulator/offline/breaker-settings.ts";
import { BreakerPlay } from "../../simulator/offline/breaker.ts";
import { resultLine } from "../../simulator/offline/exact-id.ts";
import { lineBatches } from "../../simulator/offline/line-batches.ts";
import { BREAKERS, type BreakerSpec } from "../../simulator/protocol/breaker-spec.ts";

/** What the command prints for these lines. */
async function played(spec: BreakerSpec, lines: readonly (object | string)[]) {
  const results: BreakerResult[] = [];
  const play = new BreakerPlay(spec, (result) => {
    results.push(result);
    return undefined;
  });
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  await play.play(texts);
  await play.end();
  return results;
}

const settings = (engine: string, config: unknown = {}) => {
  const warnings: string[] = [];
  const spec = readBreakerSettings(engine, JSON.stringify(config), (text) => warnings.push(text));
  return { spec, warnings };
};
const specOf = (engine: string, config?: unknown) => settings(engine, config).spec;
const calls = (count: number, { t = 0, every = 1, ms = 0, ok = false }) =>
  Array.from({ length: count }, (_, i) => ({ t: t + i * every, ms, ok, id: i }));
const briefly = (results: readonly BreakerResult[]) =>
  results.map(({ outcome, state }) => `${outcome}, ${state}`);

describe("a timeline through a breaker", () => {
  it.each([
    "9007199254740993",
    "-12345678901234567890",
    "0.1234567890123456789",
    "1e400",
    '{"of":[18446744073709551615,"12345678901234567890",1]}',
    '"9007199254740993"',
    "1.5",
    "null",
  ])("gives the id %s back with every digit", async (id) => {
    const texts = [`{"id":${id},"t":0,"ms":1,"ok":true}`, '{"t":9,"ms":1,"ok":true}'];
    const lines = (await played(specOf("hystrix-go"), texts)).map(resultLine);
    const rest = '"admitted":true,"outcome":"success","state":"closed"}';
    expect(lines).toEqual([`{"id":${id},"t":0,${rest}`, `{"id":null,"t":9,${rest}`]);
  });

  it("takes thresholds as exactly as they are given", async () => {
    // 1 > 1/3 * 3 is false; it were not with a digit less.
    const third = specOf("count", { threshold: 1 / 3, size: 3 });
    const timeline = [true, true, false, true].map((ok, i) => ({ t: i * 10, ms: 1, ok, id: i }));
    expect(briefly(await played(third, timeline)).at(-1)).toBe("success, closed");
    expect(specOf("sampling", { threshold: 0.007 })).toMatchObject({ threshold: 0.007 });
  });

  it("needs exactly as many calls as cockatiel's sampling does", async () => {
    const spec = specOf("sampling", { threshold: 0.015, duration: 1500 });
    const results = await played(spec, calls(501, {}));
    expect(briefly(results).slice(-2)).toEqual(["failure, closed", "short-circuit, open"]);
  });

  it("takes a minimumRps of 0 for the default, as cockatiel does", () => {
    expect(specOf("sampling", { minimumRps: 0 })).toMatchObject({ minimumRps: 0 });
  });

  it("lets a command's own property win over that of all commands", () => {
    const own = { "hystrix.command.stock.circuitBreaker.requestVolumeThreshold": 3 };
    const ofAll = { "hystrix.command.default.circuitBreaker.requestVolumeThreshold": 5 };
    const expected = { circuitBreakerRequestVolumeThreshold: 3 };
    expect(specOf("hystrix", { ...own, ...ofAll })).toMatchObject(expected);
    expect(specOf("hystrix", { ...ofAll, ...own })).toMatchObject(expected);
  });

  it("takes the last of several ids, as JSON.parse does", async () => {
    const [result] = await played(specOf("hystrix-go"), [
      '{"id":1,"id":9007199254740993,"t":0,"ms":1,"ok":true}',
    ]);
    expect(result && resultLine(result)).toContain('"id":9007199254740993,');
  });

  it("has one result for each call, in the order of the lines, with its id and its time", async () => {
    const lines = [
      { t: 0, ms: 300, ok: true, id: { any: ["thing"] } },
      { t: 5, ms: 0, ok: false },
      "",
      { t: 5, ms: 10, ok: true, id: "b" },
    ];
    expect(await played(specOf("hystrix-go"), lines)).toEqual([
      { id: { any: ["thing"] }, t: 0, admitted: true, outcome: "success", state: "closed" },
      { id: null, t: 5, admitted: true, outcome: "failure", state: "closed" },
      { id: "b", t: 5, admitted: true, outcome: "success", state: "closed" },
    ]);
  });

  it("counts what ends at a moment before what starts then", async () => {
    const spec = specOf("hystrix-go", { RequestVolumeThreshold: 1 });
    const lines = [
      { t: 0, ms: 100, ok: false },
      { t: 100, ms: 0, ok: true },
      { t: 100, ms: 0, ok: true },
    ];
    expect(briefly(await played(spec, lines))).toEqual([
      "failure, closed",
      "short-circuit, open",
      "short-circuit, open",
    ]);
  });

  it("ends a call at the engine's timeout, also one that takes exactly as long", async () => {
    const lines = [999, 1000, 1001, 5000].map((ms) => ({ t: 0, ms, ok: true }));
    for (const engine of ["hystrix-go", "hystrix"]) {
      const results = await played(specOf(engine), lines);
      expect(results.map(({ outcome }) => outcome)).toEqual([
        "success",
        ...["timeout", "timeout", "timeout"],
      ]);
    }
    // cockatiel's breakers have none.
    const results = await played(specOf("count"), lines);
    expect(results.map(({ outcome }) => outcome)).toEqual(Array(4).fill("success"));
  });

  it("is forced open, forced closed and reset", async () => {
    for (const engine of BREAKERS) {
      const results = await played(specOf(engine), [
        { t: 0, do: "force-open" },
        { t: 1, ms: 1, ok: true },
        { t: 2, do: "reset" },
        { t: 3, ms: 1, ok: true },
        { t: 4, do: "force-closed" },
        ...calls(40, { t: 5 }),
        { t: 99, do: "reset" },
        { t: 100, ms: 1, ok: true },
      ]);
      expect(briefly(results)).toEqual([
        "short-circuit, forced-open",
        "success, closed",
        ...Array.from({ length: 40 }, () => "failure, forced-closed"),
        "success, closed",
      ]);
    }
  });

  it("makes cockatiel's callers wait for the result of a probe", async () => {
    const spec = specOf("consecutive", { threshold: 2, halfOpenAfter: 100 });
    const results = await played(spec, [
      ...calls(2, { t: 0 }),
      { t: 50, ms: 0, ok: true },
      { t: 110, ms: 40, ok: true, id: "probe" },
      { t: 120, ms: 1, ok: true, id: "waits" },
      { t: 130, do: "force-closed" },
      { t: 131, ms: 1, ok: false, id: "by hand" },
    ]);
    expect(results.slice(2).map(({ id, t, outcome }) => [id, t, outcome])).toEqual([
      [null, 50, "short-circuit"],
      ["probe", 110, "success"],
      ["waits", 120, "success"],
      ["by hand", 131, "failure"],
    ]);
    expect(results.map(({ state }) => state)).toEqual([
      ...["closed", "closed", "open", "half-open"],
      ...["forced-closed", "forced-closed"],
    ]);
  });

  it("lets calls wait for a thread of Netflix Hystrix, and time out meanwhile", async () => {
    const spec = specOf("hystrix", {
      coreSize: 1,
      maxQueueSize: 2,
      "execution.timeout.enabled": true,
    });
    const results = await played(spec, [
      { t: 0, ms: 900, ok: true },
      { t: 1, ms: 90, ok: true },
      { t: 2, ms: 90, ok: true },
      { t: 3, ms: 90, ok: true },
    ]);
    expect(results.map(({ outcome }) => outcome)).toEqual([
      ...["success", "success", "timeout", "rejected"],
    ]);
    expect(results.map(({ admitted }) => admitted)).toEqual([true, true, true, false]);
  });

  it("begins at the start of a second", async () => {
    // The second ten seconds ago is read up to its end.
    const spec = specOf("hystrix-go", { RequestVolumeThreshold: 2 });
    const failures = (t: number) => [
      ...calls(1, { t: 500 }),
      ...calls(1, { t: 999 }),
      ...calls(1, { t }),
    ];
    expect((await played(spec, failures(10_999))).at(-1)?.state).toBe("open");
    expect((await played(spec, failures(11_000))).at(-1)?.state).toBe("closed");
  });

  it.each([
    ["{", "Line 2 of the timeline is wrong: it is not JSON."],
    ["[]", "Line 2 of the timeline is wrong: Expected object, received array."],
    ['{"t":5,"ms":1}', 'Line 2 of the timeline is wrong: "ok": It is missing.'],
    ['{"t":5,"ms":-1,"ok":true}', 'Line 2 of the timeline is wrong: "ms": Expected 0 or more.'],
    [
      '{"t":5,"ms":"1","ok":true}',
      'Line 2 of the timeline is wrong: "ms": Expected number, received string.',
    ],
    [
      '{"t":5,"ms":1,"OK":true,"ok":true}',
      'Line 2 of the timeline is wrong: "OK" is not known. Did you mean "ok"?',
    ],
    [
      '{"t":5,"do":"trip"}',
      'Line 2 of the timeline is wrong: "do": Expected one of force-open, force-closed, reset.',
    ],
    [
      '{"t":3,"ms":1,"ok":true}',
      'Line 2 of the timeline is wrong: it is at 3ms, before the line at 4ms. Sort the lines by "t".',
    ],
  ])("answers the line %s with a sentence", async (line, says) => {
    const before = { t: 4, ms: 0, ok: true };
    await expect(played(specOf("hystrix-go"), [before, line])).rejects.toThrow(says);
  });
});

describe("the settings of a breaker on the command line", () => {
  it("have the library's defaults", () => {
    expect(specOf("hystrix-go")).toEqual({
      ...{ engine: "hystrix-go", timeout: 1000, maxConcurrentRequests: 10 },
      ...{ requestVolumeThreshold: 20, sleepWindow: 5000, errorPercentThreshold: 50 },
    });
  });

  it.each([
    ["hystrix-go", { Timeout: 7 }, { timeout: 7 }],
    ["hystrix-go", { max_concurrent_requests: 7 }, { maxConcurrentRequests: 7 }],
    ["hystrix-go", { sleepWindow: "7s" }, { sleepWindow: 7000 }],
    ["hystrix-go", { my_command: { error_percent_threshold: 7 } }, { errorPercentThreshold: 7 }],
    ["hystrix-go", { Timeout: 0 }, { timeout: 1000 }],
    [
      "hystrix",
      { "circuitBreaker.requestVolumeThreshold": 7 },
      { circuitBreakerRequestVolumeThreshold: 7 },
    ],
    [
      "hystrix",
      { circuitBreaker: { errorThresholdPercentage: 7 } },
      { circuitBreakerErrorThresholdPercentage: 7 },
    ],
    [
      "hystrix",
      { "hystrix.command.com.shop.Orders.execution.isolation.thread.timeoutInMilliseconds": "7" },
      { executionTimeoutInMilliseconds: 7 },
    ],
    ["hystrix", { hystrix: { threadpool: { default: { coreSize: 7 } } } }, { coreSize: 7 }],
    [
      "hystrix",
      { withCircuitBreakerSleepWindowInMilliseconds: 7 },
      { circuitBreakerSleepWindowInMilliseconds: 7 },
    ],
    [
      "hystrix",
      { execution: { isolation: { strategy: "semaphore" }, timeout: { enabled: "false" } } },
      { executionIsolationStrategy: "SEMAPHORE", executionTimeoutEnabled: false },
    ],
    [
      "hystrix",
      { "metrics.rollingStats.timeInMilliseconds": 7000 },
      { metricsRollingStatisticalWindowInMilliseconds: 7000 },
    ],
    ["consecutive", 7, { threshold: 7 }],
    ["consecutive", { threshold: 7, halfOpenAfter: 70 }, { threshold: 7, halfOpenAfter: 70 }],
    ["sampling", { threshold: 0.07, duration: 700 }, { threshold: 0.07, duration: 700 }],
    ["sampling", { threshold: "7%", duration: "7s" }, { threshold: 0.07, duration: 7000 }],
    [
      "count",
      { breaker: { size: 9, minimumNumberOfCalls: 7 }, halfOpenAfter: "1m" },
      { size: 9, minimumCalls: 7, halfOpenAfter: 60_000 },
    ],
  ])("of %s are taken as %j", (engine, config, expected) => {
    expect(settings(engine, config)).toMatchObject({ spec: expected, warnings: [] });
  });

  it("say which of them change nothing", () => {
    const { warnings } = settings("hystrix", { "requestCache.enabled": true });
    expect(warnings).toEqual(['"requestCache.enabled" changes nothing here.']);
  });

  it.each([
    ["hystrixgo", {}, 'There is no engine "hystrixgo". Did you mean "hystrix-go"?'],
    [
      "hystrix-go",
      { TimeOutt: 7 },
      'hystrix-go has no setting "TimeOutt". Did you mean "Timeout"?',
    ],
    ["hystrix-go", { Timeout: -1 }, 'The setting "Timeout" cannot be -1. Expected milliseconds'],
    ["hystrix-go", { Timeout: 7, timeout: 7 }, '"Timeout" and "timeout" are the same setting.'],
    ["hystrix-go", { error_percent_threshold: 101 }, '"error_percent_threshold" cannot be 101.'],
    ["hystrix-go", [], "The settings are []. Expected a JSON object."],
    ["hystrix", { coreSize: 0 }, 'The setting "coreSize" cannot be 0. Expected 1 or more.'],
    [
      "hystrix",
      { "circuitBreaker.sleepWindow": 7 },
      'Did you mean "circuitBreaker.sleepWindowInMilliseconds"?',
    ],
    ["hystrix", { execution: { isolation: { strategy: "PROCESS" } } }, "Expected one of THREAD, S"],
    [
      "sampling",
      { threshold: 50 },
      'Expected a fraction above 0 and below 1, such as 0.5 or "50%".',
    ],
    ["sampling", { threshold: 0 }, 'The setting "threshold" cannot be 0. Expected a fraction'],
    [
      "consecutive",
      { threshold: 1.5 },
      'The setting "threshold" cannot be 1.5. Expected a whole number.',
    ],
    ["count", { halfOpenAfter: 0 }, '"halfOpenAfter" cannot be 0. Expected milliseconds above 0'],
    ["count", { size: 5, minimumNumberOfCalls: 7 }, '"minimumNumberOfCalls" cannot be 7.'],
  ])("of %s cannot be %j", (engine, config, says) => {
    expect(() => settings(engine, config)).toThrow(says);
  });

  it("are JSON", () => {
    const read = () => readBreakerSettings("count", "{size: 5}", () => undefined);
    expect(read).toThrow(/^The settings are not JSON: /);
  });
});

describe("the lines of an input", () => {
  const linesOf = async (...chunks: readonly (string | Buffer)[]) => {
    const lines: string[] = [];
    for await (const batch of lineBatches(Readable.from(chunks, { objectMode: false }))) {
      lines.push(...batch);
    }
    return lines;
  };

  it("are whole, however they come", async () => {
    const bytes = Buffer.from("a\nb\u00e9\n");
    expect(await linesOf(bytes.subarray(0, 4), bytes.subarray(4), "\nc", "d\n", "e")).toEqual([
      ...["a", "b\u00e9", "", "cd", "e"],
    ]);
  });

  it("begin after a byte order mark", async () => {
    const marked = Buffer.from("\uFEFF{}\r\n\uFEFFa");
    expect(await linesOf(marked)).toEqual(["{}\r", "\uFEFFa"]);
    expect(await linesOf(marked.subarray(0, 1), marked.subarray(1, 2), marked.subarray(2))).toEqual(
      [...["{}\r", "\uFEFFa"]],
    );
  });

  it("are not endless", async () => {
    const lines = linesOf("short\n", ...Array.from({ length: 30 }, () => "x".repeat(50_000)));
    await expect(lines).rejects.toThrow("Line 2 is longer than 1000000 characters.");
  });
});
