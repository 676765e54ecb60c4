import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { BreakerResult } from "../../simulator/offline/breaker-call.ts";
import { BreakerPlay } from "../../simulator/offline/breaker.ts";
import { readBreakerSettings } from "../../simulator/offline/breaker-settings.ts";
import { GOLDEN, goldenTimeline } from "../support/hystrix-go-golden.ts";
import { hystrixGoPlayer, playReal, requireGo, type Played } from "../support/hystrix-go.ts";
import { playOurs, statesOf } from "../support/hystrix-go-ours.ts";
import { timeline, type Timeline } from "../support/hystrix-go-timeline.ts";

/*
 * Timelines through our engine and through the real github.com/afex/hystrix-go, each in its own
 * virtual time: what was admitted, the state right after, the errors, and all that the stream of
 * metrics says.
 */

const go = requireGo();
describe.skipIf(go === undefined)("the real hystrix-go and our engine", () => {
  let program: string;

  beforeAll(async () => {
    program = await hystrixGoPlayer(go ?? "");
  }, 240_000);

  /** Without the time of day, which is another one. */
  const comparable = (played: readonly Played[]) =>
    played.map(({ command: { currentTime: _, ...command } = {}, ...rest }) => ({
      ...rest,
      command,
    }));

  /** Plays through both; what both made of it. */
  async function same(of: Timeline): Promise<Played[]> {
    const theirs = await playReal(program, of);
    expect(comparable(await playOurs(of))).toEqual(comparable(theirs));
    return theirs;
  }

  it.each(GOLDEN)("both $name", async (golden) => {
    const played = await same(goldenTimeline(golden));
    expect(statesOf(played)).toEqual(golden.states);
    if (golden.figures) expect(played.at(-1)?.command).toMatchObject(golden.figures);
  });

  it("do the same for random timelines", async () => {
    const property = fc.asyncProperty(timeline, async (of) => {
      await same(of);
    });
    // fast-check prints the seed and the smallest timeline that differs.
    await fc.assert(property, { numRuns: 300 });
  }, 240_000);

  it("do the same as `fuseboard breaker` prints, for random timelines", async () => {
    const property = fc.asyncProperty(timeline, async (drawn) => {
      const of = onTheCommandLine(drawn);
      const theirs = await playReal(program, of);
      const results = of.steps.flatMap((step, i) => {
        const { admitted, state, error = "" } = theirs[i] ?? expect.fail("A step is missing.");
        const outcome = OUTCOMES[error];
        return step.do ? [] : [{ id: i, t: step.at / 1000, admitted, outcome, state }];
      });
      expect(await printed(of)).toEqual(results);
    });
    await fc.assert(property, { numRuns: 200 });
  }, 240_000);
});

/** Outcomes by what the library's caller gets. */
const OUTCOMES: Readonly<Record<string, BreakerResult["outcome"]>> = {
  "": "success",
  "run failed": "failure",
  "hystrix: timeout": "timeout",
  "hystrix: max concurrency": "rejected",
  "hystrix: circuit open": "short-circuit",
};

/** A timeline without what the command line does not know. */
function onTheCommandLine({ settings, steps }: Timeline): Timeline {
  const known = steps.filter((step) => step.do !== "metrics" && step.do !== "release");
  return { settings, steps: known.map(({ cancel: _, fallback: __, ...step }) => step) };
}

/** What the command prints. */
async function printed({ settings, steps }: Timeline): Promise<BreakerResult[]> {
  const results: BreakerResult[] = [];
  const spec = readBreakerSettings("hystrix-go", JSON.stringify(settings), () => undefined);
  const play = new BreakerPlay(spec, (result) => {
    results.push(result);
    return undefined;
  });
  const lines = steps.map(({ at, takes, ok, do: deed }, id) => {
    const t = at / 1000;
    return JSON.stringify(deed ? { t, do: deed } : { t, ms: (takes ?? 0) / 1000, ok, id });
  });
  await play.play(lines);
  await play.end();
  return results;
}
