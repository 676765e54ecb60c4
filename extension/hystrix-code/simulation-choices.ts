import { durationText, percentText } from "../../simulator/protocol/figure-text.ts";
import type { CommandTraffic } from "../../simulator/protocol/command-run-model.ts";
import type { CommandSimulation } from "./command-simulation.ts";
import { errorsText, latencyText, OUTAGE, patternText } from "./command-traffic.ts";
import { escapeHtml } from "../panel/escape-html.ts";

/** What of the traffic can be asked for in words. */
export const ASKED = ["calls", "latency", "errors", "duration"] as const;
export type Asked = (typeof ASKED)[number];

/** Addresses behind the choices. */
export interface ChoiceLinks {
  /** Simulates again with another traffic. */
  traffic(traffic: CommandTraffic): string;
  /** Asks for what is not offered. */
  ask(what: Asked): string;
}

interface Choice {
  readonly text: string;
  readonly change: Partial<CommandTraffic>;
}

/** The traffic, each part of it with what else it could be, one click away. */
export function choicesOf({ traffic, fromCode }: CommandSimulation, links: ChoiceLinks): string {
  const row = (title: string, now: string, ask: Asked, choices: readonly Choice[]) => {
    const offered = choices.flatMap(({ text, change }) => {
      const changed = withChange(traffic, change);
      if (JSON.stringify(changed) === JSON.stringify(traffic)) return [];
      return [linkTo(links.traffic(changed), text, "Simulate again with this")];
    });
    const other = linkTo(links.ask(ask), "Other…", "Enter something else");
    return `<dt>${title}</dt><dd><b>${escapeHtml(now)}</b> ${[...offered, other].join(" ")}</dd>`;
  };
  const { pattern, calls, latencyMs, failing, errorRate } = fromCode.traffic;
  const code = fromCode.because.length > 0;
  const rates = [10, 50, 200, 1000].map((perSecond) => ({
    text: `${String(perSecond)}/s`,
    change: { pattern: { kind: "rate", perSecond } as const, calls: undefined },
  }));
  const latencies = [10, 50, 200, 1000].map((ms) => ({
    text: durationText(ms),
    change: { latencyMs: ms },
  }));
  const errors = [0, 0.25, 0.5, 1].map((share) => ({
    text: percentText(share * 100),
    change: { errorRate: share },
  }));
  const spread = traffic.spread === "constant" ? "varied" : "constant";
  return `<dl class="choices">
${row("Calls", callsText(traffic), "calls", [
  ...(code
    ? [{ text: `As in the code: ${patternText(pattern)}`, change: { pattern, calls } }]
    : []),
  ...rates,
])}
${row("Latency", latencyText(traffic), "latency", [
  ...(code ? [{ text: `As in the code: ${durationText(latencyMs)}`, change: { latencyMs } }] : []),
  ...latencies,
  { text: spread === "varied" ? "Varied" : "All the same", change: { spread } },
])}
${row("Errors", errorsText(traffic), "errors", [
  ...(code && failing === undefined
    ? [{ text: "As in the code", change: { errorRate, failing } }]
    : []),
  ...errors,
  traffic.failing
    ? { text: "All the time", change: { failing: undefined } }
    : { text: "From 10s to 20s", change: { failing: OUTAGE } },
])}
${row("For", durationText(traffic.durationMs), "duration", [
  ...[20_000, 40_000, 120_000, 600_000].map((durationMs) => ({
    text: durationText(durationMs),
    change: { durationMs },
  })),
])}
</dl>`;
}

function callsText({ pattern, calls }: CommandTraffic): string {
  return (
    patternText(pattern) + (calls === undefined ? "" : `, ${calls.toLocaleString("en")} in all`)
  );
}

/** With a title of its own: without one, VS Code shows the whole address. */
function linkTo(address: string, text: string, title: string): string {
  return `<a href="${escapeHtml(address)}" title="${title}">${escapeHtml(text)}</a>`;
}

/** The traffic with some of it changed; undefined takes something out. */
function withChange(traffic: CommandTraffic, change: Partial<CommandTraffic>): CommandTraffic {
  const entries = Object.entries<unknown>({ ...traffic, ...change });
  return Object.fromEntries(
    entries.filter(([, value]) => value !== undefined),
  ) as unknown as CommandTraffic;
}
