import { durationText, percentText } from "../simulator/protocol/figure-text.ts";
import { commandStatus } from "../simulator/protocol/command-status.ts";
import type { BreakerStatus, StreamCommand, StreamState } from "../simulator/protocol/model.ts";
import { formatCount, formatNumberOf } from "./format.ts";
import type { Shape, Tone } from "./words.ts";

/* What is said of streams of other programs and of their commands. */

/** How a stream fares. One that is lost is being connected again: no reason for alarm. */
export function streamCondition({ status }: StreamState): {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: Shape;
} {
  switch (status) {
    case "connected":
      return { word: "connected", tone: "ok", shape: "disc" };
    case "connecting":
      return { word: "connecting", tone: "idle", shape: "dashed-ring" };
    case "lost":
      return { word: "reconnecting", tone: "idle", shape: "dashed-ring" };
  }
}

const FORMATS = {
  "hystrix-go": "hystrix-go",
  hystrix: "Netflix Hystrix",
  turbine: "Turbine",
} as const;

/** Whose format a stream has. */
export function formatWord({ format }: StreamState): string | undefined {
  return format && FORMATS[format];
}

/** The shape that tells the states apart without colour. */
export function commandShape(status: BreakerStatus): Shape {
  return status === "closed" || status === "held-closed" ? "disc" : "square";
}

/** `12% errors · 340 in 10s · p95 31ms`. */
export function commandText(command: StreamCommand): string {
  const { errorPercentage, requestCount, latency } = command;
  const p95 = latency["95"];
  return [
    `${percentText(Math.round(errorPercentage))} errors`,
    `${formatCount(requestCount)} in ${windowWord(command)}`,
    p95 === undefined || requestCount === 0 ? "" : `p95 ${durationText(p95)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** How long a command's figures are added up: `10s`. */
export function windowWord({ settings }: StreamCommand): string {
  const ms = Number(settings.metricsRollingStatisticalWindowInMilliseconds ?? 10_000);
  return durationText(ms > 0 ? ms : 10_000);
}

/** Open ones first, then by name: stays as it is while nothing opens or closes. */
export function sortedCommands({ commands }: StreamState): StreamCommand[] {
  return Object.values(commands).sort(
    (a, b) =>
      Number(commandStatus(b) !== "closed") - Number(commandStatus(a) !== "closed") ||
      a.name.localeCompare(b.name, "en", { numeric: true }),
  );
}

/** `4 commands`, with those that were left out. */
export function commandsWord({ commands, leftOut }: StreamState): string {
  return formatNumberOf(Object.keys(commands).length + leftOut, "command");
}
