import type { FaultConditions, FaultMatch } from "../../simulator/protocol/model.ts";
import { LONGEST_BY_HAND_MS } from "../../simulator/protocol/time-by-hand.ts";
import { parseDuration, parsePercentage } from "../../simulator/protocol/units.ts";

/** When a fault works and whom it touches, as `injectFault` takes it. */
export interface FaultTiming {
  readonly conditions?: FaultConditions;
  readonly delayMs?: number;
  readonly durationMs?: number;
}

/**
 * Reads `for 30s`, or with conditions `50%, path /orders/*, method POST, header x-user=7,
 * caller checkout, seed 1, after 5s, for 1m`. Nothing at all: always and until taken back.
 * @returns a sentence when it cannot be read
 */
export function parseFaultTiming(text: string): FaultTiming | string {
  let timing: FaultTiming = {};
  let match: FaultMatch = {};
  let chance: Partial<FaultConditions> = {};
  for (const part of text.split(",").map((each) => each.trim())) {
    if (part === "") continue;
    const [word = "", value = ""] = part.split(/\s+(.*)/s);
    const probability = parsePercentage(part);
    const ms = parseDuration(value);
    const time = ms !== undefined && ms <= LONGEST_BY_HAND_MS ? ms : undefined;
    if (probability !== undefined && probability <= 1) chance = { ...chance, probability };
    else if (word === "for" && time !== undefined && time > 0) {
      timing = { ...timing, durationMs: time };
    } else if (word === "after" && time !== undefined) timing = { ...timing, delayMs: time };
    else if (word === "seed" && /^\d{1,9}$/.test(value)) {
      chance = { ...chance, seed: Number(value) };
    } else if (word === "path" && value !== "") match = { ...match, path: value };
    else if (word === "method" && /^[A-Za-z]+$/.test(value)) {
      match = { ...match, method: value.toUpperCase() };
    } else if (word === "caller" && value !== "") match = { ...match, caller: value };
    else if (word === "header" && value !== "") match = { ...match, header: headerOf(value) };
    else return `"${part}" is not understood. ${FAULT_TIMING_HELP}`;
  }
  const hasMatch = Object.keys(match).length > 0;
  if (!hasMatch && Object.keys(chance).length === 0) return timing;
  return {
    ...timing,
    conditions: { probability: 1, ...chance, ...(hasMatch && { match }) },
  };
}

/** What {@link parseFaultTiming} understands. */
export const FAULT_TIMING_HELP =
  "Such as: for 30s, or: 50%, path /orders/*, method POST, header x-user=7, caller checkout, seed 1, after 5s, for 1m. Empty: always, until taken back.";

/** `x-user=7` or only `x-user`. */
function headerOf(text: string): NonNullable<FaultMatch["header"]> {
  const [name = "", value] = text.split(/=(.*)/s);
  return { name: name.trim().toLowerCase(), ...(value !== undefined && { value: value.trim() }) };
}
