import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startNginx, unusedPorts } from "../support/nginx.ts";
import { OurPlayer, RealPlayer, type Played } from "../support/nginx-players.ts";
import {
  directiveOf,
  type Scenario,
  type ScenarioRequest,
  scenarios,
} from "../support/nginx-scenarios.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";

const nginx = requireProgram("nginx");

/** What was played so far, by both. */
interface Comparison {
  readonly scenario: Scenario;
  readonly theirs: string[];
  readonly ours: string[];
  /** Whether something took longer than its second: then nobody can say what had to come. */
  isLate: boolean;
}

describe.skipIf(nginx === undefined)("the real nginx", () => {
  const scope = new Scope();
  const held = new Map<string, ServerResponse>();

  beforeAll(() => {
    held.clear();
  });
  afterAll(() => scope.dispose());

  /** Plays the scenarios side by side, each at an upstream of its own of one new nginx. */
  async function play(all: readonly Scenario[], timed: boolean): Promise<Comparison[]> {
    const own = scope.child();
    try {
      const ports = await unusedPorts(all.length);
      const players = all.map(
        (scenario, i) => new RealPlayer(scenario, `u${String(i)}`, ports[i] ?? 0, held),
      );
      for (const player of players) await player.start(own);
      await startNginx(nginx ?? "", players.map(({ config }) => config).join("\n"), ports, own);
      const from = await nextSecond();
      return await Promise.all(
        players.map((player, i) => {
          const scenario = all[i];
          if (!scenario) throw new RangeError("No scenario.");
          return compare(scenario, String(i), player, timed ? from : undefined);
        }),
      );
    } finally {
      await own.dispose();
      held.clear();
    }
  }

  /** Few may be late: a machine that is too busy for that tells nothing. */
  async function check(all: readonly Scenario[], timed: boolean): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const comparisons = await play(all, timed);
      const wrong = comparisons
        .filter(({ isLate, ours, theirs }) => !isLate && ours.join() !== theirs.join())
        .sort((a, b) => a.ours.length - b.ours.length);
      if (wrong[0]) throw new Error(differenceOf(wrong[0]));
      const late = comparisons.filter(({ isLate }) => isLate).length;
      if (late <= comparisons.length / 2) return;
      if (attempt === 4) throw new Error("This machine is too busy to keep step with seconds.");
    }
  }

  it("tries the same servers in the same order, whatever they do", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(scenarios(false), { minLength: 1, maxLength: 40, size: "max" }),
        (all) => check(all, false),
      ),
      { numRuns: 8, interruptAfterTimeLimit: 60_000 },
    );
  }, 150_000);

  it("gives up on servers and comes back to them in the same second", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(scenarios(true), { minLength: 1, maxLength: 15, size: "max" }),
        (all) => check(all, true),
      ),
      { numRuns: 5, interruptAfterTimeLimit: 60_000 },
    );
  }, 150_000);

  // Its chance is its own: what can be compared is how often each server came.
  it.each(["random", "power-of-two"] as const)(
    "gives the shares that our %s gives",
    async (algorithm) => {
      const own = scope.child();
      try {
        const plain = {
          maxFails: 1,
          failTimeout: 600,
          maxConns: 0,
          role: "",
          twin: false,
        } as const;
        const scenario: Scenario = {
          algorithm,
          key: "$uri",
          servers: [5, 1, 3, 2].map((weight, i) => ({
            ...plain,
            weight,
            role: i === 2 ? "down" : "",
          })),
          on: ["error"],
          tries: 0,
          steps: [],
        };
        const [port = 0] = await unusedPorts(1);
        const real = new RealPlayer(scenario, "u", port, held);
        await real.start(own);
        await startNginx(nginx ?? "", real.config, [port], own);
        const ours = new OurPlayer(scenario, real.addresses);
        const counts = { theirs: new Map<string, number>(), ours: new Map<string, number>() };
        const ask: ScenarioRequest = {
          kind: "request",
          method: "GET",
          uri: "/",
          client: "10.0.0.1",
          headers: {},
          hold: false,
        };
        // The first server is busy for all of them: two choices must see it.
        const first = { ...ask, hold: true };
        for (const player of [real, ours]) {
          for (let i = 0; ; i++) {
            const path = `/hold/${String(i)}`;
            const { tried } = await player.ask(path, first);
            if (tried[0] === "1") break;
            await player.release(path);
          }
        }
        const count = 1500;
        for (let i = 0; i < count; i++) {
          for (const [who, player] of [
            ["theirs", real],
            ["ours", ours],
          ] as const) {
            const { tried } = await player.ask("/", ask);
            const name = tried.join(" ");
            counts[who].set(name, (counts[who].get(name) ?? 0) + 1);
          }
        }
        for (const server of ["1", "2", "3", "4", "nobody"]) {
          const [a, b] = [counts.theirs, counts.ours].map((of) => (of.get(server) ?? 0) / count);
          // Six standard deviations of the difference of two shares.
          expect(Math.abs((a ?? 0) - (b ?? 0)), server).toBeLessThan(6 * Math.sqrt(0.5 / count));
        }
        expect(counts.ours.get("3")).toBeUndefined();
      } finally {
        await own.dispose();
        held.clear();
      }
    },
    60_000,
  );
});

/** Plays one scenario with both; its seconds count from `from`, if they count. */
async function compare(
  scenario: Scenario,
  name: string,
  real: RealPlayer,
  from: number | undefined,
): Promise<Comparison> {
  const ours = new OurPlayer(scenario, real.addresses);
  const comparison: Comparison = { scenario, theirs: [], ours: [], isLate: false };
  const open: string[] = [];
  for (const [i, step] of scenario.steps.entries()) {
    const second = from === undefined ? undefined : from + step.second;
    if (second !== undefined) {
      await until(() => Date.now() >= second * 1000 + 5, { timeoutMs: 10_000, everyMs: 5 });
    }
    if (step.kind === "mood") {
      const server = step.server % scenario.servers.length;
      await Promise.all([real.become(server, step.mood), ours.become(server, step.mood)]);
    } else if (step.kind === "release") {
      const [path] = open.splice(step.which % Math.max(1, open.length), 1);
      if (path !== undefined) await Promise.all([real.release(path), ours.release(path)]);
    } else {
      const path = step.hold ? `/hold/${name}-${String(i)}${step.uri}` : step.uri;
      const mine = await ours.ask(path, step);
      const theirs = await real.ask(path, step);
      comparison.ours.push(lineOf(i, mine));
      comparison.theirs.push(lineOf(i, theirs));
      if (step.hold && theirs.status === 200) open.push(path);
    }
    // What comes after this second is another story.
    if (second !== undefined && Math.floor(Date.now() / 1000) !== second) {
      comparison.isLate = true;
      break;
    }
  }
  for (const path of open) await real.release(path);
  return comparison;
}

function lineOf(step: number, { tried, status }: Played): string {
  return `${String(step)}: ${tried.join(" ")} = ${String(status)}`;
}

/** Resolves at the beginning of a second; returns it. */
async function nextSecond(): Promise<number> {
  const second = Math.floor(Date.now() / 1000) + 1;
  await until(() => Date.now() >= second * 1000, { timeoutMs: 2000, everyMs: 2 });
  return second;
}

/** The scenario and where the two part, for whoever has to find out why. */
function differenceOf({ scenario, ours, theirs }: Comparison): string {
  const at = theirs.findIndex((line, i) => line !== ours[i]);
  return `${textOf(scenario)}\n\nnginx ${theirs[at] ?? ""}\nours  ${ours[at] ?? ""}`;
}

/** A scenario as one would write it down. */
function textOf(scenario: Scenario): string {
  const { servers, on, tries, steps } = scenario;
  const lines = servers.map(
    ({ weight, maxFails, failTimeout, maxConns, role, twin }) =>
      `server weight=${String(weight)} max_fails=${String(maxFails)} fail_timeout=${String(failTimeout)}s max_conns=${String(maxConns)} ${role}${twin ? " (address of the one before)" : ""};`,
  );
  return [
    directiveOf(scenario),
    ...lines,
    `proxy_next_upstream ${on.join(" ")}; proxy_next_upstream_tries ${String(tries)};`,
    ...steps.map((step, i) => `${String(i)}: ${JSON.stringify(step)}`),
  ].join("\n");
}
