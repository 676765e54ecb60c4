import { describe, expect, it } from "vitest";
import { breakerText } from "../../simulator/protocol/breaker-text.ts";
import type {
  BreakerState,
  FaultSpec,
  Snapshot,
  StreamCommand,
  StreamState,
} from "../../simulator/protocol/model.ts";
import { emptySnapshot, reduce } from "../../simulator/protocol/reduce.ts";
import { parseClusterFile } from "../../simulator/protocol/cluster-file.ts";
import type { NewFact } from "../../simulator/protocol/events.ts";
import { lensTitles } from "../../extension/codelens/lens-text.ts";
import { summarizeCluster, summarizeService } from "../../extension/cluster/summary.ts";
import { logLineOf } from "../../extension/cluster/fact-lines.ts";
import { resultSummary, resultText } from "../../extension/invoke/result-text.ts";
import { statusText } from "../../extension/views/status-text.ts";
import { topologyNodes } from "../../extension/views/topology-nodes.ts";

const parsed = parseClusterFile(
  "version: 1\nservices:\n  pay:\n    function: a.ts#pay\n    instances: 2\n    breaker: { engine: consecutive }\n",
);
if (!parsed.ok) throw new Error("The fixture does not parse.");
const spec = parsed.spec.services.pay;
if (!spec) throw new Error("The fixture has no service.");

/** The snapshot after some facts. */
function after(...facts: NewFact[]): Snapshot {
  return facts.reduce<Snapshot>(
    (snapshot, fact, index) => reduce(snapshot, { ...fact, seq: index + 1, at: 1000 + index }),
    emptySnapshot("shop"),
  );
}

const breaker = {
  engine: "consecutive",
  status: "closed",
  since: 0,
  reason: "No failures.",
  transitions: 0,
} as const;
const defined: NewFact = {
  kind: "service-defined",
  state: {
    name: "pay",
    spec,
    file: "/shop/a.ts",
    export: "pay",
    algorithm: "round-robin",
    scale: 2,
    breaker,
  },
};
const instance = (id: string, pid: number): NewFact[] => [
  { kind: "instance-created", instance: id, service: "pay", runtime: "node", weight: 1 },
  { kind: "instance-started", instance: id, pid, port: 40_000 + pid },
];
const passing = (id: string): NewFact => ({
  kind: "health-changed",
  instance: id,
  health: "passing",
});
const outcomes = {
  success: 1,
  fallback: 0,
  failure: 0,
  timeout: 0,
  "short-circuit": 0,
  rejected: 0,
  unavailable: 0,
  canceled: 0,
};
const counted: NewFact = {
  kind: "counted",
  counters: {
    services: {
      pay: {
        calls: 1,
        outcomes,
        attempts: 1,
        retries: 0,
        shortCircuits: 0,
        rejections: 0,
        timeouts: 0,
        perSecond: 1,
        p50: 9,
        p95: 12.2,
        p99: 13,
      },
    },
    instances: { "pay-1": { picks: 1, succeeded: 1, failed: 0, inFlight: 2, p50: 9, p95: 12 } },
    edges: {},
  },
};
const running = [
  { kind: "cluster-started" as const, name: "shop", faultKinds: ["kill" as const] },
  { kind: "registry-opened", registryKind: "embedded", address: "127.0.0.1:2379" } as const,
  defined,
  ...instance("pay-10", 10),
  ...instance("pay-2", 2),
];

describe("the lenses above a function", () => {
  it("offer to run it while it does not run", () => {
    const titles = lensTitles({ listed: true, instances: 3, phase: "stopped", running: undefined });
    expect(titles.map(({ title }) => title)).toEqual(["$(play) Invoke", "$(run-all) Run ×3"]);
  });

  it("offer to add it while no cluster file names it", () => {
    const titles = lensTitles({
      listed: false,
      instances: 2,
      phase: "stopped",
      running: undefined,
    });
    expect(titles.map(({ command }) => command)).toEqual([
      "invokeFunction",
      "runFunction",
      "addFunction",
    ]);
  });

  it("say how it stands while it runs, with figures once there were calls", () => {
    const text = (snapshot: Snapshot) =>
      lensTitles({
        listed: true,
        instances: 2,
        phase: "running",
        running: summarizeService(snapshot, "pay"),
      })[1]?.title;
    expect(text(after(...running, passing("pay-2")))).toBe("1/2 up · closed");
    const open: NewFact = {
      kind: "breaker-changed",
      service: "pay",
      breaker: { ...breaker, status: "open" },
    };
    expect(text(after(...running, passing("pay-2"), passing("pay-10"), counted, open))).toBe(
      "2/2 up · open · p95 12ms",
    );
  });
});

describe("the status bar", () => {
  it("counts functions, healthy instances and open breakers", () => {
    const open: NewFact = {
      kind: "breaker-changed",
      service: "pay",
      breaker: { ...breaker, status: "forced-open" },
    };
    const summary = summarizeCluster(after(...running, passing("pay-2"), open));
    expect(statusText("running", summary, undefined, 1)).toMatchObject({
      text: "$(circuit-board) 1 fn · 1/2 up · 1 open",
      fault: false,
    });
  });

  it("warns of crashed instances and a failed cluster, not of open breakers", () => {
    const crashed: NewFact = {
      kind: "instance-phase-changed",
      instance: "pay-2",
      phase: "crashed",
      exit: "exit code 1",
    };
    const summary = summarizeCluster(after(...running, crashed));
    expect(statusText("running", summary, undefined, 1)).toMatchObject({ fault: true });
    expect(statusText("failed", undefined, "Port in use.", 1)).toMatchObject({
      fault: true,
      tooltip: expect.stringContaining("Port in use.") as string,
    });
  });

  it("is hidden where there is nothing to run", () => {
    expect(statusText("stopped", undefined, undefined, 0)).toBeUndefined();
    expect(statusText("stopped", undefined, undefined, 2)?.text).toBe(
      "$(circuit-board) 2 fns · stopped",
    );
  });
});

describe("the tree", () => {
  const lease: NewFact = {
    kind: "lease-granted",
    instance: "pay-2",
    lease: { id: "7", ttlMs: 5000, expiresAt: 8600 },
  };
  const snapshot = after(...running, passing("pay-2"), lease, counted);

  it("has the registry and each service with its instances in order", () => {
    const nodes = topologyNodes(snapshot, 5000);
    expect(nodes.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      "Registry: embedded · 127.0.0.1:2379 · revision 1",
      "pay: 1/2 up · closed · round-robin · p95 12ms",
    ]);
    expect(nodes[1]?.children.map(({ label }) => label)).toEqual(["pay-2", "pay-10"]);
    expect(nodes[1]?.context).toBe("service function breaker breaker-closed");
  });

  it("counts the seconds of a lease down, and never below zero", () => {
    const row = (now: number) => topologyNodes(snapshot, now)[1]?.children[0]?.description;
    expect(row(5000)).toBe("healthy · lease 4s · :40002 · pid 2");
    expect(row(8599)).toContain("lease 1s");
    expect(row(99_000)).toContain("lease 0s");
  });

  it("tells a program of the user's apart, and says who picks", () => {
    const external: NewFact[] = [
      {
        kind: "instance-created",
        instance: "pay-2",
        service: "pay",
        runtime: "external",
        weight: 1,
      },
      { kind: "instance-started", instance: "pay-2", pid: undefined, port: 40_002 },
    ];
    const engine: NewFact = {
      kind: "service-defined",
      state: {
        ...defined.state,
        spec: { ...spec, balancer: { ...spec.balancer, engine: "nginx" } },
      },
    };
    const node = topologyNodes(after(...running, ...external, engine, passing("pay-2")), 1)[1];
    expect(node?.tooltip).toContain("balancer: nginx: round robin. The real nginx picks.");
    const row = node?.children[0];
    expect(row?.context.split(" ")).toContain("external");
    expect(row?.description).toContain("external");
    expect(node?.children[1]?.context.split(" ")).not.toContain("external");
  });

  it("says why a service cannot run, and what faults there are", () => {
    const problem: NewFact = {
      kind: "problem-found",
      problem: {
        key: "service:pay",
        severity: "error",
        message: "a.ts has no export pay.",
        service: "pay",
        at: 1,
      },
    };
    const fault: NewFact = {
      kind: "fault-injected",
      active: {
        id: "f1",
        target: { instance: "pay-2" },
        fault: { kind: "latency", latency: { kind: "constant", ms: 200 } },
        since: 1,
        touched: 0,
      },
    };
    const node = topologyNodes(after(...running, problem, fault), 1)[1];
    expect(node).toMatchObject({ icon: "error", description: "0/2 up · a.ts has no export pay." });
    expect(node?.context).toContain("faulty");
    expect(node?.children[0]?.description).toContain("+200ms");
  });
});

describe("faults between services, and a breaker that is not closed, in the tree", () => {
  it("name the other service, and come before what a narrow side bar cuts off", () => {
    const between = (id: string, fault: FaultSpec): NewFact => ({
      kind: "fault-injected",
      active: { id, target: { from: "pay", to: "bank" }, fault, since: 1, touched: 0 },
    });
    const facts = [
      between("f1", { kind: "status", status: 503 }),
      between("f2", { kind: "partition" }),
    ];
    const opened = { ...breaker, status: "forced-open" as const };
    const snapshot = after(...running, ...facts, {
      kind: "breaker-changed",
      service: "pay",
      breaker: opened,
    });
    const node = topologyNodes(snapshot, 1)[1];
    expect(node?.description).toContain("bank answers 503 · partitioned from bank");
    expect(node?.description).toMatch(/^forced-open · \d\/\d up/);
  });
});

describe("the result of an invocation", () => {
  const result = {
    call: "0123456789abcdef",
    status: 200,
    ms: 43.4,
    attempts: 2,
    instance: "pay-2",
    outcome: "success" as const,
    body: '{"a":1}',
  };

  it("is summed up behind the function", () => {
    expect(resultSummary(result)).toBe("200 · 43ms · pay-2 · 2 attempts");
    expect(
      resultSummary({ ...result, attempts: 1, instance: undefined, outcome: "fallback" }),
    ).toBe("200 · 43ms · fallback");
  });

  it("is a document of JSON with comments, whatever the body is", () => {
    const text = resultText("pay", "{}", result);
    expect(text).toContain("// attempts  2\n// instance  pay-2\n");
    expect(text).toContain('{\n  "a": 1\n}');
    const page = resultText("pay", "{}", { ...result, body: "<p>\nno", contentType: "text/html" });
    expect(page).toContain("// body (text/html):\n// <p>\n// no");
  });
});

describe("the log", () => {
  it("has what instances print, by stream, and no line for numbers", () => {
    const stamp = { seq: 1, at: 1 };
    expect(
      logLineOf({
        kind: "instance-printed",
        instance: "pay-1",
        stream: "stderr",
        line: "oh",
        ...stamp,
      }),
    ).toEqual({ level: "warn", text: "[pay-1] oh" });
    expect(logLineOf({ ...counted, ...stamp })).toBeUndefined();
  });
});

describe("a breaker's state", () => {
  it("counts down to the probe, and to the end of what was done by hand", () => {
    const text = (change: Partial<BreakerState>) => breakerText({ ...breaker, ...change }, 10_000);
    expect(text({})).toBe("closed");
    expect(text({ status: "open", probeAt: 13_100 })).toBe("open, probe in 4s");
    expect(text({ status: "open", probeAt: 9000 })).toBe("open, next call probes");
    expect(text({ status: "forced-open" })).toBe("forced-open");
    expect(text({ status: "forced-open", until: 40_000 })).toBe("forced-open, 30s left");
    expect(text({ status: "forced-open", until: 310_000 })).toBe("forced-open, 5m left");
    expect(text({ status: "forced-open", until: 86_410_000 })).toBe("forced-open, 24h left");
  });
});

describe("an attached stream", () => {
  const command: StreamCommand = {
    name: "charge",
    group: "payments",
    isOpen: true,
    errorPercentage: 60,
    errorCount: 12,
    requestCount: 20,
    rollingCounts: { Failure: 12 },
    concurrent: 2,
    latencyMean: 8,
    latency: { "95": 31 },
    settings: {},
    hosts: 1,
  };

  it("has a row for each of its commands, and its problem", () => {
    const state: StreamState = {
      id: "stream-1",
      name: "orders",
      url: "http://127.0.0.1:8081/hystrix.stream",
      status: "connected",
      since: 0,
      commands: {},
      pools: {},
      leftOut: 0,
    };
    const report: NewFact = {
      kind: "stream-reported",
      id: "stream-1",
      // What is forced is told as a setting: Netflix Hystrix 1.5.18 says that it is not open.
      commands: [
        command,
        {
          ...command,
          name: "refund",
          isOpen: false,
          settings: { circuitBreakerForceOpen: true },
        },
      ],
      pools: [],
      goneCommands: [],
      gonePools: [],
      leftOut: 3,
    };
    const snapshot = after(...running, { kind: "stream-changed", state }, report);
    const row = topologyNodes(snapshot, 0).at(-1);
    expect(row).toMatchObject({
      label: "orders",
      description: "connected · 5 commands · 2 open",
      context: "stream stream-connected",
    });
    expect(row?.children).toMatchObject([
      { label: "charge", description: "open · 60% errors · 20 requests · p95 31ms · 2 running" },
      {
        label: "refund",
        description: "forced-open · 60% errors · 20 requests · p95 31ms · 2 running",
        icon: "zap",
      },
    ]);
    const lost = { ...state, status: "lost", problem: "It stopped." } as const;
    const gone = after(...running, { kind: "stream-changed", state: lost });
    expect(topologyNodes(gone, 0).at(-1)?.description).toBe("lost · It stopped.");
  });
});
