import { parseDuration, parsePercentage } from "../../simulator/protocol/units.ts";

/** Options of the latency fault from `200ms` or `200ms ± 50ms`; undefined when it is neither. */
export function parseLatency(text: string): { ms: number; jitterMs: number } | undefined {
  const [latency, jitter, ...rest] = text.split(/±|\+-|\+\/-/);
  const ms = parseDuration(latency ?? "");
  const jitterMs = jitter === undefined ? 0 : parseDuration(jitter);
  if (ms === undefined || jitterMs === undefined || rest.length > 0) return undefined;
  return ms <= 600_000 && jitterMs <= 600_000 ? { ms, jitterMs } : undefined;
}

/** Options of the error-rate fault from `50%` or `50% 429`; undefined when it is neither. */
export function parseErrorRate(text: string): { rate: number; status: number } | undefined {
  const match = /^\s*([\d.]+\s*%)(?:\s+([45]\d\d))?\s*$/.exec(text);
  const rate = parsePercentage(match?.[1] ?? "");
  if (!match || rate === undefined || rate > 1) return undefined;
  return { rate, status: Number(match[2] ?? 503) };
}

/** How long a fault lasts: ms, `forever` for an empty text, undefined when it is no duration. */
export function parseFaultDuration(text: string): number | "forever" | undefined {
  if (text.trim() === "") return "forever";
  const ms = parseDuration(text);
  return ms !== undefined && ms > 0 ? ms : undefined;
}
