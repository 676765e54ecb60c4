import { durationText, percentText } from "../../simulator/protocol/figure-text.ts";
import type { CallPattern, CommandTraffic } from "../../simulator/protocol/command-run-model.ts";
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

/** `50 calls a second`, `8 loops, 50ms between calls`. */
export function patternText(pattern: CallPattern): string {
  if (pattern.kind === "rate") {
    const rate = Math.round(pattern.perSecond * 100) / 100;
    return `${rate.toLocaleString("en")} ${rate === 1 ? "call" : "calls"} a second`;
  }
  const { loops, pauseMs } = pattern;
  const many = loops === 1 ? "one loop" : `${loops.toLocaleString("en")} loops`;
  const pause = pauseMs === 0 ? "no pause" : durationText(pauseMs);
  return `${many}, ${pause} between calls`;
}

/** `50ms each`, `50ms on average`. */
export function latencyText({ latencyMs, spread }: CommandTraffic): string {
  return `${durationText(latencyMs)} ${spread === "constant" ? "each" : "on average"}`;
}

/** `100% from 10s to 20s`. */
export function errorsText({ errorRate, failing }: CommandTraffic): string {
  const share = percentText(errorRate * 100);
  if (!failing) return `${share} all the time`;
  return `${share} from ${durationText(failing.fromMs)} to ${durationText(failing.toMs)}`;
}
