import type { CallPattern, CommandTraffic } from "../../simulator/protocol/command-run-model.ts";
import { durationText } from "../cluster/summary.ts";
import type { CodeTraffic } from "./hystrix-code.ts";

/** An outage in the middle, so that one sees it open and close. */
export const OUTAGE = { fromMs: 10_000, toMs: 20_000 } as const;

const USUAL: CommandTraffic = {
  pattern: { kind: "rate", perSecond: 50 },
  ...{ durationMs: 40_000, latencyMs: 50, spread: "constant", errorRate: 1 },
  failing: OUTAGE,
};

/** Traffic to begin with: what the code says, and the usual where it does not. */
export function trafficFrom(code: CodeTraffic | undefined): CommandTraffic {
  const { pattern, calls, latencyMs, errorRate } = code ?? {};
  // A run that never fails in the code is the happy path of something that may well.
  const fails = errorRate !== undefined && errorRate > 0;
  const { failing, ...usual } = USUAL;
  return {
    ...usual,
    ...(pattern && { pattern: within(pattern) }),
    ...(pattern && calls !== undefined && { calls: clamp(Math.round(calls), 1, 100_000) }),
    ...(latencyMs !== undefined && { latencyMs: clamp(latencyMs, 0, 3_600_000) }),
    ...(fails ? { errorRate } : { failing }),
  };
}

/** What can be simulated of a pattern. */
function within(pattern: CallPattern): CallPattern {
  if (pattern.kind === "rate") {
    return { kind: "rate", perSecond: clamp(pattern.perSecond, 0.001, 10_000) };
  }
  const { loops, pauseMs } = pattern;
  return {
    kind: "loops",
    loops: clamp(Math.round(loops), 1, 10_000),
    pauseMs: clamp(pauseMs, 0, 3_600_000),
  };
}

const clamp = (value: number, least: number, most: number) =>
  Math.min(most, Math.max(least, value));

/** `50 calls a second`, `8 loops, 50 ms between calls`. */
export function patternText(pattern: CallPattern): string {
  if (pattern.kind === "rate") {
    const rate = Math.round(pattern.perSecond * 100) / 100;
    return `${rate.toLocaleString("en")} ${rate === 1 ? "call" : "calls"} a second`;
  }
  const { loops, pauseMs } = pattern;
  const many = loops === 1 ? "one loop" : `${loops.toLocaleString("en")} loops`;
  const pause = pauseMs === 0 ? "no pause" : timeText(pauseMs);
  return `${many}, ${pause} between calls`;
}

/** `50 ms each`, `50 ms on average`. */
export function latencyText({ latencyMs, spread }: CommandTraffic): string {
  return `${timeText(latencyMs)} ${spread === "constant" ? "each" : "on average"}`;
}

/** `100 % from 10 s to 20 s`. */
export function errorsText({ errorRate, failing }: CommandTraffic): string {
  const share = `${String(Math.round(errorRate * 1000) / 10)} %`;
  if (!failing) return `${share} all the time`;
  return `${share} from ${timeText(failing.fromMs)} to ${timeText(failing.toMs)}`;
}

/** A time for people: `0 ms`, `12 ms`, `1.4 s`, `10 s`, `2 min`. */
export function timeText(ms: number): string {
  if (ms >= 60_000 && ms % 60_000 === 0) return `${String(ms / 60_000)} min`;
  return durationText(ms).replace(/\.0 /, " ");
}
