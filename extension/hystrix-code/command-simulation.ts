import { durationText, smallShareText } from "../../simulator/protocol/figure-text.ts";
import type {
  CommandOutcome,
  CommandRun,
  CommandTraffic,
} from "../../simulator/protocol/command-run-model.ts";

/** One simulation of a command, as its page shows it. */
export interface CommandSimulation {
  readonly name: string;
  /** Its settings, in one sentence. */
  readonly settings: string;
  /** Settings that are not known from the code: the default was taken. */
  readonly notes: readonly string[];
  readonly traffic: CommandTraffic;
  /** What the code says, and what it says of it, in words. */
  readonly fromCode: { readonly traffic: CommandTraffic; readonly because: readonly string[] };
  readonly run: CommandRun;
}

export const OUTCOME_TITLES: Readonly<Record<CommandOutcome, string>> = {
  success: "Success",
  failure: "Failure",
  timeout: "Timeout",
  rejected: "Rejected",
  "short-circuit": "Short-circuited",
};

/** What happened, in one or two sentences that stand alone. */
export function verdictOf({ run }: CommandSimulation): string {
  const { transitions, transitionCount, outcomes, calls, elapsedMs } = run;
  const opened = transitions.filter(({ to }) => to === "open");
  const [first] = opened;
  if (!first) {
    const failed = calls - outcomes.success;
    return failed === 0
      ? `It stays closed: none of the ${countText(calls)} calls failed.`
      : `It stays closed, though ${countText(failed)} of ${countText(calls)} calls did not succeed.`;
  }
  const shortened = outcomes["short-circuit"];
  const share = smallShareText(calls === 0 ? 0 : shortened / calls);
  const times = opened.length === 1 ? "once" : `${countText(opened.length)} times`;
  const more = transitionCount > transitions.length ? "at least " : "";
  const closed = transitions.findLast(({ to }) => to === "closed");
  const state = run.states.at(-1)?.status ?? "closed";
  const end =
    state === "closed" && closed
      ? `It closed at ${durationText(closed.at)}.`
      : `It is still ${state} at the end, after ${durationText(elapsedMs)}.`;
  return `It opened ${more}${times}, first after ${durationText(first.at)}, and refused ${countText(shortened)} of ${countText(calls)} calls (${share}). ${end}`;
}

export const countText = (count: number) => count.toLocaleString("en");
