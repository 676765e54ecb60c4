import { parseFaultScript, type ScriptedOutcome } from "../protocol/fault-script.ts";
import { loseAnswer } from "./abort-before-head.ts";
import type { Around, FaultDeps, SpecOf, WireFaultKind } from "./contract.ts";
import { delayed } from "./latency.ts";
import { silence } from "./no-answer.ts";
import { refuse } from "./refuse-connections.ts";
import { breakOff } from "./reset.ts";
import { answerWith } from "./status.ts";

/** A list of outcomes, one attempt after the other. */
export const script: WireFaultKind<SpecOf<"script">> = {
  id: "script",
  reach: "wire",
  stage: "answer",
  checks: "none",
  available: () => true,
  begin({ script: text, repeat }, deps) {
    const read = parseFaultScript(text);
    if ("message" in read) throw new RangeError(read.message);
    const steps = read.steps.map(({ count, outcome }) => ({
      count,
      around: aroundOf(outcome, deps),
    }));
    let step = 0;
    let played = 0;
    return {
      strike() {
        if (step === steps.length && repeat) step = 0;
        const current = steps[step];
        if (!current) return undefined;
        played++;
        if (played === current.count) [step, played] = [step + 1, 0];
        return current.around;
      },
    };
  },
};

/** Undefined: it passes. */
function aroundOf(outcome: ScriptedOutcome, { clock, over }: FaultDeps): Around | undefined {
  switch (outcome.kind) {
    case "ok":
      return undefined;
    case "status":
      return () => Promise.resolve(answerWith(outcome.status, "script"));
    case "timeout":
      return silence(clock, over);
    case "refuse":
      return refuse;
    case "reset":
      return breakOff;
    case "abort":
      return loseAnswer;
    case "delay":
      return delayed(outcome.ms, clock, over);
  }
}
