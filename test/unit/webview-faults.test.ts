import { describe, expect, it } from "vitest";
import { commandStatus, isRefusing } from "../../simulator/protocol/command-status.ts";
import type {
  ActiveFault,
  CallTrace,
  FaultTarget,
  InstanceState,
  StreamCommand,
  StreamState,
} from "../../simulator/protocol/model.ts";
import { EDGE_FAULTS } from "../../simulator/protocol/fault-titles.ts";
import { FAULTS, FaultConditions, PROCESS_FAULTS } from "../../simulator/protocol/model.ts";
import { emptySnapshot } from "../../simulator/protocol/reduce.ts";
import { commandGrid, commandPlace, COMPACT, ROOMY } from "../../webview/graph/measures.ts";
import { buildGraph } from "../../webview/graph/model.ts";
import { RateWindow } from "../../webview/rates.ts";
import { selectionOf } from "../../webview/graph/targets.ts";
import { latencyText } from "../../webview/inspector/edge.ts";
import { kindsFor } from "../../webview/inspector/fault-form.ts";
import { NO_CONDITIONS, parseWhen } from "../../webview/inspector/fault-when-text.ts";
import { notesOf } from "../../webview/inspector/faults.ts";
import { portionsOf } from "../../webview/inspector/layers.ts";
import { toneOfEvent } from "../../webview/inspector/stream-command.ts";
import { commandText, sortedCommands, streamCondition } from "../../webview/stream-words.ts";
import { conditionOf, faultsBetween, faultsOf } from "../../webview/words.ts";

const fault = (target: FaultTarget, change: Partial<ActiveFault> = {}): ActiveFault => ({
  id: "fault-1",
  target,
  fault: { kind: "status", status: 503 },
  since: 1000,
  touched: 14,
  ...change,
});
const command = (name: string, change: Partial<StreamCommand> = {}): StreamCommand => ({
  name,
  group: name,
  isOpen: false,
  errorPercentage: 12.4,
  errorCount: 42,
  requestCount: 340,
  rollingCounts: {},
  concurrent: 0,
  latencyMean: 0,
  latency: { "95": 31 },
  settings: {},
  hosts: 1,
  ...change,
});
const stream = (commands: readonly StreamCommand[], leftOut = 0): StreamState => ({
  id: "stream-1",
  name: "recommender",
  url: "http://127.0.0.1:8081/hystrix.stream",
  status: "connected",
  since: 0,
  commands: Object.fromEntries(commands.map((one) => [one.name, one])),
  pools: {},
  leftOut,
});
const instance: InstanceState = {
  id: "checkout-1",
  service: "checkout",
  phase: "running",
  runtime: "node",
  startedAt: 0,
  weight: 1,
  registered: true,
  health: "passing",
  checks: [],
};

describe("when a fault works", () => {
  const parse = (texts: Partial<typeof NO_CONDITIONS>, kind: (typeof FAULTS)[number] = "status") =>
    parseWhen(kind, { ...NO_CONDITIONS, ...texts });

  it("has no conditions when none were typed", () => {
    expect(parse({})).toEqual({ when: {} });
    expect(parse({ probability: "100%" })).toEqual({ when: {} });
  });

  it("reads all that can be typed, as the simulator takes it", () => {
    const parsed = parse({
      probability: "30",
      path: "/orders/*",
      method: "post",
      header: "X-User: 42",
      caller: "checkout",
      seed: "7",
      delay: "5s",
      duration: "1m",
    });
    if ("message" in parsed) throw new Error(parsed.message);
    expect(parsed.when).toEqual({
      delayMs: 5000,
      durationMs: 60_000,
      conditions: {
        probability: 0.3,
        seed: 7,
        match: {
          path: "/orders/*",
          method: "POST",
          header: { name: "X-User", value: "42" },
          caller: "checkout",
        },
      },
    });
    expect(FaultConditions.parse(parsed.when.conditions)).toEqual(parsed.when.conditions);
  });

  it("keeps a seed without any condition: latencies are drawn by it, too", () => {
    expect(parse({ seed: "7" }, "latency")).toEqual({
      when: { conditions: { probability: 1, seed: 7 } },
    });
  });

  it("leaves conditions on calls out for what works on a process", () => {
    expect(parse({ probability: "30%", delay: "1s" }, "kill")).toEqual({ when: { delayMs: 1000 } });
  });

  it.each([
    ["probability", "0%"],
    ["probability", "120"],
    ["probability", "often"],
    ["seed", "1.5"],
    ["method", "GET /"],
    ["header", ": 42"],
    ["delay", "later"],
    ["delay", "25h"],
    ["duration", "0s"],
  ] as const)("refuses %s %j and says what is expected", (field, text) => {
    expect(parse({ [field]: text })).toEqual({
      field,
      message: expect.stringMatching(/^Expected/) as string,
    });
  });
});

describe("which faults are offered", () => {
  const snapshot = { ...emptySnapshot(), faultKinds: [...FAULTS] };

  it("between two services are those on the wire", () => {
    expect(kindsFor({ from: "a", to: "b" }, snapshot)).toEqual(EDGE_FAULTS);
  });

  it("elsewhere are all but the partition, and only those of this platform", () => {
    const kinds = kindsFor({ service: "a" }, snapshot);
    expect(kinds).not.toContain("partition");
    expect(kinds).toHaveLength(FAULTS.length - 1);
    expect(kindsFor({ service: "a" }, { ...snapshot, faultKinds: ["latency"] })).toEqual([
      "latency",
    ]);
  });

  it("leave programs of the user's alone", () => {
    const own = { ...instance, runtime: "external" };
    const kinds = kindsFor({ instance: own.id }, { ...snapshot, instances: { [own.id]: own } });
    expect(kinds.filter((kind) => PROCESS_FAULTS.includes(kind))).toEqual([]);
  });
});

describe("active faults", () => {
  it("say what they touched, and how long they stay", () => {
    expect(notesOf(fault({ service: "a" }), 5000)).toBe("14 attempts touched, until taken back");
    expect(notesOf(fault({ service: "a" }, { until: 8000, touched: 1 }), 5000)).toBe(
      "1 attempt touched, 3.0s left",
    );
    expect(notesOf(fault({ service: "a" }, { since: 9000, until: 69_000 }), 5000)).toBe(
      "begins in 4.0s, for 60s",
    );
    expect(notesOf(fault({ instance: "a-1" }, { fault: { kind: "freeze" } }), 5000)).toBe(
      "until taken back",
    );
  });

  it("belong to what they are on, and a partition to both directions", () => {
    const faults = {
      one: fault({ service: "a" }),
      two: fault({ instance: "a-1" }),
      three: fault({ from: "a", to: "b" }),
      four: fault({ from: "c", to: "d" }, { fault: { kind: "partition" } }),
    };
    expect(faultsOf(faults, { service: "a" })).toEqual([faults.one]);
    expect(faultsOf(faults, { service: "a", instance: "a-1" })).toEqual([faults.one, faults.two]);
    expect(faultsBetween(faults, "a", "b")).toEqual([faults.three]);
    expect(faultsBetween(faults, "b", "a")).toEqual([]);
    expect(faultsBetween(faults, "d", "c")).toEqual([faults.four]);
  });

  it("on an edge that nobody uses are drawn all the same", () => {
    const snapshot = {
      ...emptySnapshot(),
      faults: { one: fault({ from: "a", to: "b" }) },
      services: Object.fromEntries(
        ["a", "b"].map((name) => [
          name,
          { name, scale: 1, algorithm: "round-robin" as const, spec: { calls: [] } as never },
        ]),
      ),
    };
    const edge = buildGraph(snapshot, new RateWindow()).edges.find((one) => one.services);
    expect(edge).toMatchObject({
      services: { from: "a", to: "b" },
      faults: [{ id: "fault-1" }],
    });
  });
});

describe("an instance that a debugger holds", () => {
  it("says so, and keeps its calls whatever its checks say", () => {
    expect(conditionOf({ ...instance, debugged: true, health: "failing" })).toMatchObject({
      word: "held by a debugger",
      serving: true,
    });
  });

  it("tells what was taken out by hand, which is healthy still", () => {
    const word = (admin: "ready" | "drain" | "down") => conditionOf({ ...instance, admin }).word;
    expect([word("ready"), word("drain"), word("down")]).toEqual([
      "healthy",
      "drained",
      "taken down",
    ]);
    expect(conditionOf({ ...instance, admin: "down", health: "failing" }).word).toBe("unhealthy");
  });
});

describe("layers", () => {
  it("tell apart what was refused and what failed within", () => {
    const counts = { entered: 20, inside: 1, succeeded: 10, failed: 9, refused: 4 };
    const portions = portionsOf({
      id: "bulkhead",
      title: "",
      settings: "",
      figures: [],
      ...counts,
    });
    expect(portions.map(({ word, count }) => [word, count])).toEqual([
      ["ok", 10],
      ["failed", 5],
      ["refused", 4],
      ["inside", 1],
    ]);
  });
});

describe("the line between two services", () => {
  it("has the percentiles of its newest calls", () => {
    const call = (ms: number, service = "b"): CallTrace => ({
      id: "0000000000000001",
      traceId: "",
      service,
      caller: { kind: "instance", instance: "a-1", service: "a" },
      client: "",
      method: "GET",
      uri: "/",
      startedAt: 0,
      endedAt: ms,
      attempts: [],
    });
    const calls = [call(10), call(30), call(20), call(9000, "c")];
    expect(latencyText(calls, { from: "a", to: "b" })).toBe(
      "p50 20ms, p95 30ms of the last 3 calls",
    );
    expect(latencyText(calls, { from: "b", to: "a" })).toBe("none yet");
  });
});

describe("streams of other programs", () => {
  it("are calm while they are connected again", () => {
    expect(streamCondition({ ...stream([]), status: "lost" })).toMatchObject({
      word: "reconnecting",
      tone: "idle",
    });
  });

  it("tell a command's state, errors, requests and latency", () => {
    expect(commandText(command("A"))).toBe("12% errors · 340 in 10s · p95 31ms");
    expect(commandText(command("A", { requestCount: 0, errorPercentage: 0 }))).toBe(
      "0% errors · 0 in 10s",
    );
    expect(commandStatus(command("A", { isOpen: true }))).toBe("open");
    expect(
      commandStatus(command("A", { isOpen: true, settings: { circuitBreakerForceOpen: "true" } })),
    ).toBe("forced-open");
    // Netflix Hystrix 1.5.18 says `isOpen: false` of it.
    const forced = command("A", { settings: { circuitBreakerForceOpen: true } });
    const held = command("A", { isOpen: true, settings: { circuitBreakerForceClosed: true } });
    expect([forced, held].map(isRefusing)).toEqual([true, false]);
  });

  it("show open commands first, then by name, so that nothing moves without a reason", () => {
    const commands = [command("b10"), command("b9"), command("z", { isOpen: true })];
    expect(sortedCommands(stream(commands)).map(({ name }) => name)).toEqual(["z", "b9", "b10"]);
  });

  it("draw a few commands, and count the rest", () => {
    const many = stream(
      Array.from({ length: 500 }, (_, i) => command(`c${i}`)),
      40,
    );
    const grid = commandGrid(many, ROOMY);
    expect(grid).toMatchObject({ shown: 12, rows: 4, columns: 3, more: 528 });
    expect(commandGrid(many, COMPACT)).toMatchObject({ shown: 6, more: 534 });
    const places = Array.from({ length: 12 }, (_, i) => JSON.stringify(commandPlace(i, grid)));
    expect(new Set(places).size).toBe(12);
    expect(commandGrid(stream([]), ROOMY)).toMatchObject({ shown: 0, more: 0, rows: 0 });
  });

  it("colour events by what they mean", () => {
    expect(
      ["Success", "Failure", "Timeout", "ShortCircuited", "FallbackSuccess", "FallbackFailure"].map(
        toneOfEvent,
      ),
    ).toEqual(["ok", "bad", "slow", "refused", "fallback", "bad"]);
  });

  it("are selected by command, whatever the command's name", () => {
    const on = (node: string) => ({ getAttribute: () => node }) as unknown as Element;
    expect(selectionOf(on("command:stream-1/audit/write:1"))).toEqual({
      stream: "stream-1",
      command: "audit/write:1",
    });
    expect(selectionOf(on("stream:stream-1"))).toEqual({ stream: "stream-1" });
    expect(selectionOf(on("edge:checkout>payments"))).toEqual({ from: "checkout", to: "payments" });
  });
});
