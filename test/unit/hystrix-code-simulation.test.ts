import { describe, expect, it } from "vitest";
import { liveCommands, liveText } from "../../extension/hystrix-code/command-lens-text.ts";
import { breakerOf, settingsText } from "../../extension/hystrix-code/command-settings.ts";
import type { CommandSimulation } from "../../extension/hystrix-code/command-simulation.ts";
import { verdictOf } from "../../extension/hystrix-code/command-simulation.ts";
import { isCommandTarget, trafficIn } from "../../extension/hystrix-code/command-target.ts";
import {
  errorsText,
  patternText,
  trafficFrom,
} from "../../extension/hystrix-code/command-traffic.ts";
import { findCommand } from "../../extension/hystrix-code/find-command.ts";
import { NO_CODE, type HystrixCode } from "../../extension/hystrix-code/hystrix-code.ts";
import { simulationBody } from "../../extension/hystrix-code/simulation-page.ts";
import { runCommand } from "../../simulator/offline/command-run.ts";
import { Breaker } from "../../simulator/protocol/breaker-spec.ts";
import { CommandTraffic } from "../../simulator/protocol/command-run-model.ts";
import type { StreamState } from "../../simulator/protocol/stream-model.ts";

const place = { line: 0, column: 0, endLine: 0, endColumn: 1 };
const settings = (values: object = {}, more: object = {}) => ({
  ...{ settings: values, unknown: [], invalid: [], ...place, name: "a", ...more },
});

async function simulate(change: Partial<CommandTraffic> = {}): Promise<CommandSimulation> {
  const traffic = CommandTraffic.parse({ ...trafficFrom(undefined), ...change });
  const run = await runCommand(Breaker.parse({ engine: "hystrix-go" }), traffic);
  return {
    ...{ name: "a<b>", settings: "Defaults.", notes: [], traffic, run },
    fromCode: { traffic: trafficFrom(undefined), because: ["it sleeps 5ms, line 3"] },
  };
}
const links = {
  traffic: (t: CommandTraffic) => `t:${JSON.stringify(t)}`,
  ask: (what: string) => `ask:${what}`,
};

describe("the page of a simulated command", () => {
  it("says what happened and why, and offers other traffic", async () => {
    const simulation = await simulate();
    const html = simulationBody(simulation, links);
    expect(html).toContain("<h1>a&lt;b&gt;: 2,000 calls in virtual time</h1>");
    expect(html).not.toContain("<b>a<b>");
    expect(verdictOf(simulation)).toMatch(
      /^It opened once, first after 1\d(\.\d)?s, and refused [\d,]+ of 2,000 calls \(\d+%\)\. It closed at 2\d(\.\d)?s\.$/,
    );
    for (const { reason } of simulation.run.transitions) expect(html).toContain(reason);
    expect(html).toContain("In the code: it sleeps 5ms, line 3.");
    // Each choice is the same traffic with one change, and can be simulated.
    const offered = [...html.matchAll(/href="t:([^"]+)"/g)].map(([, text = ""]) =>
      CommandTraffic.parse(JSON.parse(text.replaceAll("&quot;", '"'))),
    );
    expect(offered.length).toBeGreaterThan(10);
    expect(offered).toContainEqual({ ...simulation.traffic, errorRate: 0.25 });
    expect(offered).not.toContainEqual(simulation.traffic);
    const { failing: _, ...always } = simulation.traffic;
    expect(offered).toContainEqual(always);
    expect(html.match(/ask:(calls|latency|errors|duration)/g)).toHaveLength(4);
  });

  it("says what was taken by default, and that it ended early", async () => {
    const simulation = await simulate({ durationMs: 1000 });
    const run = { ...simulation.run, cut: true };
    const html = simulationBody({ ...simulation, run, notes: ["Timeout is not known."] }, links);
    expect(html).toContain("Timeout is not known. The default was taken.");
    expect(html).toContain("more are not simulated");
    expect(html).toContain("Its state does not change.");
    expect(verdictOf(await simulate({ durationMs: 1000 }))).toBe(
      "It stays closed: none of the 50 calls failed.",
    );
    const slow = { pattern: { kind: "rate", perSecond: 1 }, failing: undefined } as const;
    expect(verdictOf(await simulate({ ...slow, durationMs: 5000 }))).toBe(
      "It stays closed, though 5 of 5 calls did not succeed.",
    );
  });
});

describe("what a simulation begins with", () => {
  it("is the code's own traffic, and an outage where it says nothing of errors", () => {
    expect(trafficFrom(undefined)).toMatchObject({
      pattern: { kind: "rate", perSecond: 50 },
      errorRate: 1,
      failing: { fromMs: 10_000, toMs: 20_000 },
    });
    const pattern = { kind: "loops", loops: 8, pauseMs: 50 } as const;
    const found = { pattern, latencyMs: 200, errorRate: 0.3, because: [] };
    const traffic = trafficFrom(found);
    expect(traffic).toMatchObject({ pattern, latencyMs: 200, errorRate: 0.3 });
    expect(traffic.failing).toBeUndefined();
    expect(trafficFrom({ errorRate: 0, because: [] }).failing).toBeDefined();
    // Beyond what is simulated.
    const wild = { kind: "loops", loops: 1e9, pauseMs: 1e12 } as const;
    const tamed = trafficFrom({ pattern: wild, calls: 1e12, latencyMs: 1e12, because: [] });
    expect(CommandTraffic.safeParse(tamed).success).toBe(true);
    expect(patternText(traffic.pattern)).toBe("8 loops, 50ms between calls");
    expect(errorsText(traffic)).toBe("30% all the time");
  });

  it("is the command of the line, of the file, then of other files", async () => {
    const code: HystrixCode = {
      ...NO_CODE,
      configurations: [
        settings({ timeout: 1 }, { line: 3 }),
        settings({ timeout: 2 }, { line: 9 }),
      ],
    };
    const other: HystrixCode = {
      configurations: [settings({ timeout: 3 }, { name: "b" })],
      uses: [{ ...place, name: "a", traffic: { latencyMs: 7, because: [] } }],
      findings: [],
    };
    const others = () => Promise.resolve([{ file: "/w/b.go", code: other }]);
    const find = (command: string, line: number) => findCommand({ command, line }, code, others);
    expect((await find("a", 3)).configuration?.settings).toEqual({ timeout: 1 });
    expect((await find("a", 5)).configuration?.settings).toEqual({ timeout: 2 });
    expect(await find("a", 5)).toMatchObject({ traffic: { latencyMs: 7 } });
    expect(await find("b", 0)).toMatchObject({
      configuration: { settings: { timeout: 3 } },
      configuredIn: "/w/b.go",
    });
    expect((await find("c", 0)).configuration).toBeUndefined();
  });

  it("is what differs from the defaults, in a cluster file", () => {
    expect(breakerOf(settings({ timeout: 1000, sleepWindow: 20 }))).toEqual({
      engine: "hystrix-go",
      sleepWindow: 20,
    });
    expect(breakerOf(undefined)).toEqual({ engine: "hystrix-go" });
    expect(settingsText(settings({ timeout: 300 }))).toBe("Timeout 300; the rest by default.");
    expect(settingsText(undefined)).toBe("hystrix-go's default settings.");
  });

  it("is only taken from a link that has all of it", () => {
    expect(isCommandTarget({ code: "file:///a.go", command: "a", line: 1 })).toBe(true);
    expect(isCommandTarget({ code: "file:///a.go", command: "a" })).toBe(false);
    expect(isCommandTarget(undefined)).toBe(false);
    const traffic = trafficFrom(undefined);
    expect(trafficIn({ traffic })).toEqual(traffic);
    expect(trafficIn({ traffic: { ...traffic, latencyMs: -1 } })).toBeUndefined();
    expect(trafficIn({})).toBeUndefined();
  });
});

describe("the state behind a lens", () => {
  const command = {
    ...{
      name: "a",
      group: "a",
      isOpen: true,
      errorPercentage: 60,
      errorCount: 6,
      requestCount: 1200,
    },
    ...{ rollingCounts: {}, concurrent: 0, latencyMean: 0, latency: {}, settings: {}, hosts: 1 },
  };
  const stream: StreamState = {
    ...{ id: "stream-1", name: "localhost:81", url: "http://localhost:81", status: "connected" },
    ...{ since: 0, commands: { a: command }, pools: {}, leftOut: 0 },
  };

  it("is that of each attached stream that has the command", () => {
    const [live, ...others] = liveCommands({ "stream-1": stream }, "a");
    expect(others).toEqual([]);
    expect(live && liveText(live, false)).toBe("$(error) open · 60% errors · 1,200 requests");
    expect(live && liveText(live, true)).toContain("localhost:81: open");
    // A forced breaker of Netflix Hystrix 1.5.18 says that it is not open.
    const forced = { ...command, isOpen: false, settings: { circuitBreakerForceOpen: true } };
    const [tripped] = liveCommands({ x: { ...stream, commands: { a: forced } } }, "a");
    expect(tripped && liveText(tripped, false)).toContain("$(error) forced-open");
    const lost = liveCommands({ x: { ...stream, status: "lost" } }, "a")[0];
    expect(lost && liveText(lost, false)).toContain("stream lost");
    expect(liveCommands({ "stream-1": stream }, "toString")).toEqual([]);
  });
});
