import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KEPT_COMMANDS, StreamCommand, type StreamState } from "../../simulator/protocol/model.ts";
import { withReport } from "../../simulator/protocol/reduce-stream.ts";
import { DistinctNames } from "../../simulator/streams/distinct-names.ts";
import { EventReader } from "../../simulator/streams/event-reader.ts";
import { ReconnectDelay } from "../../simulator/streams/reconnect-delay.ts";
import { ToldStream } from "../../simulator/streams/told-stream.ts";
import { readEvent } from "../../simulator/streams/told.ts";

const MB = 1024 * 1024;

/** What a reader makes of these chunks. */
function read(chunks: Iterable<string | Buffer>) {
  const events: unknown[] = [];
  const complaints: string[] = [];
  const retries: number[] = [];
  const reader = new EventReader({
    event: (value) => events.push(value),
    complain: (sentence) => complaints.push(sentence),
    retry: (ms) => retries.push(ms),
  });
  for (const chunk of chunks) reader.feed(Buffer.from(chunk));
  return { events, complaints, retries };
}

describe("bytes of a stream", () => {
  it("become events, of hystrix-go and of Netflix alike", () => {
    expect(read(['data:{"a":1}\n\ndata: {"b":2}\n\nping: \n\n', 'data: {"c":3}\r\n\r\n'])).toEqual({
      events: [{ a: 1 }, { b: 2 }, { c: 3 }],
      complaints: [],
      retries: [],
    });
  });

  it("may be cut anywhere", () => {
    const text = 'retry: 700\n\ndata: {"naïve":"✓ 𝄞"}\n\nping: \n\n: comment\n\ndata:{"b":2}\n\n';
    const whole = read([text]);
    expect(whole).toEqual({
      events: [{ naïve: "✓ 𝄞" }, { b: 2 }],
      complaints: [],
      retries: [700],
    });
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end));
        expect(read(chunks)).toEqual(whole);
      }),
    );
  });

  it("that break off in an event leave it out", () => {
    expect(read(['data: {"a":1}\n\ndata: {"b":'])).toMatchObject({
      events: [{ a: 1 }],
      complaints: [],
    });
  });

  it("that are no JSON are complained about, and the rest goes on", () => {
    expect(read(['data: <html>\n\nnonsense: 1\n\ndata: {"a":1}\n\n'])).toMatchObject({
      events: [{ a: 1 }],
      complaints: [
        'It sends events that are not JSON: "<html>"',
        "It sends lines that belong to no event.",
      ],
    });
  });

  it("of an event of 100 MB are thrown away, and the rest goes on", () => {
    function* chunks() {
      yield "data: {";
      for (let i = 0; i < 1600; i++) yield Buffer.alloc(64 * 1024, '"x":1,');
      yield '\n\ndata: {"a":1}\n\n';
    }
    const { events, complaints } = read(chunks());
    expect(events).toEqual([{ a: 1 }]);
    expect(complaints[0]).toBe("It sends an event of more than 1 MB.");
  });

  it("of an event that is too large in one piece are thrown away", () => {
    const { events, complaints } = read([`data: "${"x".repeat(2 * MB)}"\n\ndata: {"a":1}\n\n`]);
    expect(events).toEqual([{ a: 1 }]);
    expect(complaints).toEqual(["It sends an event of more than 1 MB."]);
  });

  it("that are garbage are complained about", () => {
    const { events, complaints } = read(Array.from({ length: 40 }, () => randomBytes(64 * 1024)));
    expect(events).toEqual([]);
    expect(complaints).toContain("It sends much that is no event.");
  });
});

const goCommand = {
  type: "HystrixCommand",
  name: "checkout",
  group: "checkout",
  currentTime: 1_700_000_000_000,
  reportingHosts: 1,
  requestCount: 20,
  errorCount: 10,
  errorPercentage: 50,
  isCircuitBreakerOpen: true,
  rollingCountFailure: 10,
  rollingCountSuccess: 0,
  currentConcurrentExecutionCount: 0,
  latencyTotal_mean: 12,
  latencyTotal: { "0": 1, "99.5": 40 },
  propertyValue_circuitBreakerForceOpen: false,
  propertyValue_circuitBreakerSleepWindowInMilliseconds: 5000,
  propertyValue_executionIsolationThreadPoolKeyOverride: "",
};

describe("an event", () => {
  it("of hystrix-go tells of a command", () => {
    expect(readEvent(goCommand)).toEqual({
      format: "hystrix-go",
      complaint: undefined,
      told: {
        kind: "command",
        command: {
          name: "checkout",
          group: "checkout",
          isOpen: true,
          errorPercentage: 50,
          errorCount: 10,
          requestCount: 20,
          rollingCounts: { Failure: 10 },
          concurrent: 0,
          latencyMean: 12,
          latency: { "0": 1, "99.5": 40 },
          settings: {
            circuitBreakerForceOpen: false,
            circuitBreakerSleepWindowInMilliseconds: 5000,
          },
          hosts: 1,
        },
      },
    });
  });

  it("of Netflix Hystrix is told by its own fields", () => {
    const reading = readEvent({
      ...goCommand,
      rollingCountBadRequests: 0,
      threadPool: "pool",
      propertyValue_executionIsolationThreadPoolKeyOverride: null,
    });
    expect(reading).toMatchObject({
      format: "hystrix",
      complaint: undefined,
      told: { command: { threadPool: "pool" } },
    });
  });

  it("of a pool tells of its threads", () => {
    const pool = {
      type: "HystrixThreadPool",
      name: "checkout",
      currentActiveCount: 3,
      currentPoolSize: 7,
      currentMaximumPoolSize: 8,
      currentQueueSize: 2,
      rollingCountThreadsExecuted: 30,
      rollingCountCommandRejections: 4,
    };
    expect(readEvent(pool).told).toEqual({
      kind: "pool",
      pool: {
        name: "checkout",
        active: 3,
        size: 7,
        maximum: 8,
        queued: 2,
        executed: 30,
        rejected: 4,
      },
    });
  });

  it("of Turbine is divided by its hosts where it is an average or a setting", () => {
    const { told, format } = readEvent({
      ...goCommand,
      reportingHosts: 3,
      requestCount: 60,
      errorCount: 30,
      errorPercentage: 151,
      rollingCountFailure: 30,
      latencyTotal_mean: 36,
      latencyTotal: { "50": 30 },
      propertyValue_circuitBreakerSleepWindowInMilliseconds: 15_000,
      propertyValue_circuitBreakerForceOpen: "false",
      propertyValue_circuitBreakerEnabled: { true: 3 },
    });
    expect(format).toBe("turbine");
    expect(told).toMatchObject({
      command: {
        hosts: 3,
        requestCount: 60,
        errorCount: 30,
        errorPercentage: 50.33,
        rollingCounts: { Failure: 30 },
        latencyMean: 12,
        latency: { "50": 10 },
        settings: {
          circuitBreakerSleepWindowInMilliseconds: 5000,
          circuitBreakerForceOpen: false,
          circuitBreakerEnabled: '{"true":3}',
        },
      },
    });
  });

  it.each([
    [true, true],
    [false, false],
    ["true", true],
    ["false", false],
    [2, true],
    [0, false],
    [{ false: 2, true: 1 }, true],
    [{ false: 3 }, false],
    ['{"false":2,"true":1}', true],
    ['{"false":3}', false],
  ])("says that a circuit is open as %j: %j", (said, isOpen) => {
    const { told, complaint } = readEvent({ ...goCommand, isCircuitBreakerOpen: said });
    expect([told, complaint]).toEqual([
      expect.objectContaining({ command: expect.objectContaining({ isOpen }) as unknown }),
      undefined,
    ]);
  });

  it("of Turbine may say that a command is gone", () => {
    const event = { type: "HystrixCommand", name: "checkout", deleteData: "true" };
    expect(readEvent(event).told).toEqual({ kind: "gone", of: "command", name: "checkout" });
  });

  it.each([
    [{ ...goCommand, errorCount: "10" }, "errorCount is of type string, which it should not be."],
    [{ ...goCommand, latencyTotal: [1] }, "latencyTotal is a list, which it should not be."],
    [
      { ...goCommand, latencyTotal: { "50": "x" } },
      "latencyTotal.50 is of type string, which it should not be.",
    ],
    [
      { ...goCommand, isCircuitBreakerOpen: "maybe" },
      "isCircuitBreakerOpen is of type string, which it should not be.",
    ],
  ])("with a value of the wrong type is read as far as it goes: %#", (event, wrong) => {
    const { told, complaint } = readEvent(event);
    expect(complaint).toBe(`Of the command "checkout", ${wrong}`);
    expect(told).toMatchObject({ command: { name: "checkout", requestCount: 20 } });
  });

  it.each([
    [[], "It sends events that are not JSON objects."],
    [7, "It sends events that are not JSON objects."],
    [{}, "It sends events without a type, which Hystrix does not have."],
    [{ type: "cpu" }, 'It sends events of the type "cpu", which Hystrix does not have.'],
    [{ type: "HystrixCommand" }, "It sends a HystrixCommand without a name."],
    [{ type: "HystrixCollapser", name: "x" }, undefined],
    [{ type: "meta", reportingHostsLast10Seconds: 2 }, undefined],
    [{ type: "Ping" }, undefined],
  ])("of something else is left out: %j", (event, complaint) => {
    const reading = readEvent(event);
    expect([reading.told, reading.complaint]).toEqual([{ kind: "other" }, complaint]);
  });

  it("of any shape is read without an error, and as the model says", () => {
    const keys = fc.constantFrom(...Object.keys(goCommand), "__proto__", "constructor");
    const like = fc.dictionary(keys, fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(like, fc.jsonValue()), (value) => {
        const named = { ...(value as object), type: "HystrixCommand", name: "__proto__" };
        for (const event of [value, named]) {
          const { told } = readEvent(event);
          if (told.kind === "command") StreamCommand.parse(told.command);
        }
      }),
    );
  });
});

/** A command as it is read. */
function command(name: string, requestCount = 0): StreamCommand {
  const { told } = readEvent({ ...goCommand, name, requestCount });
  if (told.kind !== "command") throw new Error("It is a command.");
  return told.command;
}

describe("what a stream tells of", () => {
  const tell = (stream: ToldStream, now: number, ...commands: StreamCommand[]) => {
    for (const each of commands) stream.tell({ kind: "command", command: each }, now);
  };

  it("is reported once, and again only when it changes", () => {
    const stream = new ToldStream();
    tell(stream, 0, command("a", 1), command("b", 1));
    expect(stream.takeReport(0)?.commands.map(({ name }) => name)).toEqual(["a", "b"]);
    tell(stream, 1000, command("a", 1), command("b", 2));
    expect(stream.takeReport(1000)).toMatchObject({ commands: [{ name: "b", requestCount: 2 }] });
    tell(stream, 2000, command("a", 1), command("b", 2));
    expect(stream.takeReport(2000)).toBeUndefined();
  });

  it("is gone when it has not been told of for more than 10s", () => {
    const stream = new ToldStream();
    tell(stream, 0, command("a"), command("b"));
    stream.takeReport(0);
    tell(stream, 5000, command("b"));
    expect(stream.takeReport(10_000)).toBeUndefined();
    expect(stream.takeReport(10_001)).toMatchObject({ goneCommands: ["a"], commands: [] });
    tell(stream, 10_002, command("a"));
    expect(stream.takeReport(10_002)).toMatchObject({
      goneCommands: [],
      commands: [{ name: "a" }],
    });
    stream.tell({ kind: "gone", of: "command", name: "a" }, 10_003);
    expect(stream.takeReport(10_003)).toMatchObject({ goneCommands: ["a"] });
  });

  it("makes the same of reports as of the newest events", () => {
    const step = fc.record({
      name: fc.constantFrom("a", "b", "c", "__proto__"),
      count: fc.nat(2),
      ms: fc.constantFrom(0, 500, 6000),
      gone: fc.boolean(),
      report: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const stream = new ToldStream();
        const expected = new Map<string, { command: StreamCommand; at: number }>();
        let state = emptyState();
        let now = 0;
        const report = () => {
          const taken = stream.takeReport(now);
          if (taken) state = withReport(state, taken);
          for (const [name, { at }] of expected) if (now - at > 10_000) expected.delete(name);
          expect(new Map(Object.entries(state.commands))).toEqual(
            new Map([...expected].map(([name, each]) => [name, each.command])),
          );
        };
        for (const { name, count, ms, gone, report: reports } of steps) {
          now += ms;
          const told = command(name, count);
          if (gone) expected.delete(name);
          else expected.set(name, { command: told, at: now });
          stream.tell(
            gone ? { kind: "gone", of: "command", name } : { kind: "command", command: told },
            now,
          );
          if (reports) report();
        }
        report();
      }),
    );
  });

  it("of a million commands shows the first and counts the rest", () => {
    const stream = new ToldStream();
    const first = command("x");
    for (let i = 0; i < 1_000_000; i++) tell(stream, 0, { ...first, name: `command-${String(i)}` });
    const report = stream.takeReport(0);
    expect(report?.commands).toHaveLength(KEPT_COMMANDS);
    expect(report?.leftOut).toBe(1_000_000 - KEPT_COMMANDS);
    // The next after some have gone are shown, and left out no more.
    tell(stream, 20_000, ...["command-600", "command-700"].map((name) => ({ ...first, name })));
    expect(stream.takeReport(20_000)).toMatchObject({ leftOut: 1_000_000 - KEPT_COMMANDS });
    tell(stream, 20_000, ...["command-800", "command-900"].map((name) => ({ ...first, name })));
    const later = stream.takeReport(20_000);
    expect(later?.commands.map(({ name }) => name)).toEqual(["command-800", "command-900"]);
    expect(later?.leftOut).toBe(1_000_000 - KEPT_COMMANDS - 2);
    // Nor is anything left out that is told of no more.
    expect(stream.takeReport(50_000)).toMatchObject({ leftOut: 0 });
  });
});

function emptyState(): StreamState {
  return {
    id: "stream-1",
    name: "",
    url: "",
    status: "connected",
    since: 0,
    commands: {},
    pools: {},
    leftOut: 0,
  };
}

describe("names that are only counted", () => {
  it("are counted as a set counts them", () => {
    const name = fc.constantFrom(...Array.from({ length: 40 }, (_, i) => `n${String(i)}`));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), name), { maxLength: 200 }), (steps) => {
        const names = new DistinctNames();
        const expected = new Set<string>();
        for (const [adds, each] of steps) {
          if (adds) names.add(each);
          else names.delete(each);
          if (adds) expected.add(each);
          else expected.delete(each);
          expect(names.size).toBe(expected.size);
        }
      }),
    );
  });

  it("stop at a bound", () => {
    const names = new DistinctNames();
    for (let i = 0; i < 1_600_000; i++) names.add(`name ${String(i)}`);
    expect(names.size).toBeGreaterThan(1_390_000);
    expect(names.size).toBeLessThan(1_400_000);
  });

  it("can come and go for ever", () => {
    const names = new DistinctNames();
    for (let i = 0; i < 20_000; i++) {
      names.add(`name ${String(i)}`);
      names.delete(`name ${String(i)}`);
    }
    names.add("stays");
    expect(names.size).toBe(1);
  });
});

describe("connecting again", () => {
  it("takes twice as long each time, up to half a minute, and at once when it was read", () => {
    const delay = new ReconnectDelay();
    const next = (count: number) => Array.from({ length: count }, () => delay.next());
    expect(next(7)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    delay.reset();
    expect(next(2)).toEqual([1000, 2000]);
    delay.asked(300);
    expect(next(2)).toEqual([300, 600]);
    delay.asked(0);
    expect(next(1)).toEqual([100]);
    delay.asked(1e9);
    expect(next(2)).toEqual([30_000, 30_000]);
  });
});
