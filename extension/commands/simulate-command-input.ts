import { durationText } from "../../simulator/protocol/figure-text.ts";
import { window } from "vscode";
import type { CallPattern, CommandTraffic } from "../../simulator/protocol/command-run-model.ts";
import { formatDuration, parseDuration, parsePercentage } from "../../simulator/protocol/units.ts";
import type { Asked } from "../hystrix-code/simulation-choices.ts";
import { errorsText, latencyText, patternText } from "../hystrix-code/command-traffic.ts";
import { pickOne } from "./pick.ts";

const LONGEST_MS = 3_600_000;
const DURATION = "A duration such as 50ms or 2s, at most 1h";

/** Lets the user change the traffic of a simulation; undefined when they turned away. */
export async function changeCommandTraffic(
  title: string,
  known: CommandTraffic,
): Promise<CommandTraffic | undefined> {
  let traffic = known;
  for (;;) {
    const items = [
      { label: "$(play) Simulate", description: "", change: "done" as const },
      { label: "Calls", description: patternText(traffic.pattern), change: "calls" as const },
      { label: "Latency", description: latencyText(traffic), change: "latency" as const },
      { label: "Errors", description: errorsText(traffic), change: "errors" as const },
      {
        label: "For",
        description: durationText(traffic.durationMs),
        change: "duration" as const,
      },
    ];
    const chosen = await pickOne(items, title, "Choose what to change, then simulate");
    if (!chosen) return undefined;
    if (chosen.change === "done") return traffic;
    traffic = (await askTraffic(chosen.change, title, traffic)) ?? traffic;
  }
}

/** Asks for one part of the traffic; undefined when the user turned away. */
export async function askTraffic(
  what: Asked,
  title: string,
  traffic: CommandTraffic,
): Promise<CommandTraffic | undefined> {
  switch (what) {
    case "calls": {
      const pattern = await askPattern(title, traffic.pattern);
      if (!pattern) return undefined;
      const { calls: _, ...rest } = traffic;
      return { ...rest, pattern };
    }
    case "latency": {
      const latencyMs = await askDuration(`${title}: latency`, traffic.latencyMs, 0);
      if (latencyMs === undefined) return undefined;
      const items = [
        { label: "All the same", detail: "Each run takes as long", spread: "constant" as const },
        { label: "Varied", detail: "That is the mean (exponential)", spread: "varied" as const },
      ];
      const spread = await pickOne(items, title, "How latencies vary");
      return { ...traffic, latencyMs, spread: spread?.spread ?? traffic.spread };
    }
    case "errors":
      return askErrors(title, traffic);
    case "duration": {
      const durationMs = await askDuration(`${title}: for how long`, traffic.durationMs, 1);
      return durationMs === undefined ? undefined : { ...traffic, durationMs };
    }
  }
}

async function askPattern(title: string, known: CallPattern): Promise<CallPattern | undefined> {
  const kinds = [
    {
      label: "Calls a second",
      detail: "They come whatever becomes of them",
      comes: "rate" as const,
    },
    {
      label: "Loops",
      detail: "Each calls, waits for the answer, pauses, and calls again",
      comes: "loops" as const,
    },
  ];
  const chosen = await pickOne(kinds, title, "How calls come");
  if (!chosen) return undefined;
  if (chosen.comes === "rate") {
    const now = known.kind === "rate" ? known.perSecond : 50;
    const perSecond = await askNumber(`${title}: calls a second`, now, 0.001, 10_000, false);
    return perSecond === undefined ? undefined : { kind: "rate", perSecond };
  }
  const now = known.kind === "loops" ? known : { loops: 1, pauseMs: 50 };
  const loops = await askNumber(`${title}: loops`, now.loops, 1, 10_000, true);
  if (loops === undefined) return undefined;
  const pauseMs = await askDuration(`${title}: pause between calls`, now.pauseMs, 0);
  return pauseMs === undefined ? undefined : { kind: "loops", loops, pauseMs };
}

async function askErrors(
  title: string,
  traffic: CommandTraffic,
): Promise<CommandTraffic | undefined> {
  const prompt = "A percentage such as 30%: the share of the runs that fail";
  const share = (text: string) => parsePercentage(text.includes("%") ? text : `${text}%`);
  const typed = await window.showInputBox({
    ...{ title: `${title}: errors`, prompt, ignoreFocusOut: true },
    value: `${String(traffic.errorRate * 100)}%`,
    validateInput: (text) => ((share(text) ?? 2) <= 1 ? undefined : prompt),
  });
  const errorRate = typed === undefined ? undefined : share(typed);
  if (errorRate === undefined) return undefined;
  const when = [
    { label: "All the time", outage: false },
    { label: "From … to …", outage: true },
  ];
  const chosen = await pickOne(when, title, "When they fail");
  const { failing, ...always } = traffic;
  if (!chosen?.outage) return { ...(chosen ? always : traffic), errorRate };
  const fromMs = await askDuration(`${title}: fails from`, failing?.fromMs ?? 10_000, 0);
  if (fromMs === undefined) return undefined;
  const toMs = await askDuration(`${title}: fails to`, failing?.toMs ?? fromMs + 10_000, fromMs);
  return toMs === undefined ? undefined : { ...traffic, errorRate, failing: { fromMs, toMs } };
}

async function askDuration(
  title: string,
  value: number,
  least: number,
): Promise<number | undefined> {
  const read = (text: string) =>
    text.trim() === "0" ? 0 : parseDuration(/^[\d.]+$/.test(text.trim()) ? `${text}ms` : text);
  const prompt = least > 1 ? `${DURATION}, not before ${formatDuration(least)}` : DURATION;
  const typed = await window.showInputBox({
    ...{ title, prompt, value: formatDuration(value), ignoreFocusOut: true },
    validateInput: (text) => {
      const ms = read(text);
      return ms !== undefined && ms >= least && ms <= LONGEST_MS ? undefined : prompt;
    },
  });
  return typed === undefined ? undefined : read(typed);
}

async function askNumber(
  title: string,
  value: number,
  least: number,
  most: number,
  whole: boolean,
): Promise<number | undefined> {
  const prompt = `${whole ? "A whole number" : "A number"} from ${String(least)} to ${String(most)}`;
  const typed = await window.showInputBox({
    ...{ title, prompt, value: String(value), ignoreFocusOut: true },
    validateInput: (text) => {
      const number = Number(text);
      const fits = text.trim() !== "" && number >= least && number <= most;
      return fits && (!whole || Number.isInteger(number)) ? undefined : prompt;
    },
  });
  return typed === undefined ? undefined : Number(typed);
}
