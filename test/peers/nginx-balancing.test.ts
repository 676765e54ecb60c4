import type { ServerResponse } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startNginx, unusedPorts } from "../support/nginx.ts";
import { OurPlayer, RealPlayer, type Played } from "../support/nginx-players.ts";
import { directiveOf, type Scenario, scenarios } from "../support/nginx-scenarios.ts";
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
