import type { FaultConditions } from "../../simulator/protocol/model.ts";
import { PROCESS_FAULTS, type FaultKindId } from "../../simulator/protocol/model.ts";
import {
  LONGEST_BY_HAND_MS,
  parseTimeByHand,
  TIME_BY_HAND,
} from "../../simulator/protocol/time-by-hand.ts";
import { parseDuration, parsePercentage } from "../../simulator/protocol/units.ts";

/* What is typed about when a fault works, and how long. Empty texts mean: no such condition. */

export interface WhenTexts {
  readonly probability: string;
  readonly path: string;
  readonly method: string;
  readonly header: string;
  readonly caller: string;
  readonly seed: string;
  readonly delay: string;
  readonly duration: string;
}
export type WhenField = keyof WhenTexts;

export const NO_CONDITIONS: WhenTexts = {
  probability: "",
  path: "",
  method: "",
  header: "",
  caller: "",
  seed: "",
  delay: "",
  duration: "",
};

/** The conditions in the words of `injectFault`. */
export interface When {
  readonly conditions?: FaultConditions;
  readonly delayMs?: number;
  readonly durationMs?: number;
}

export type ParsedWhen =
  { readonly when: When } | { readonly message: string; readonly field: WhenField };

/** Reads the conditions of a fault; those on calls count only for what works on the wire. */
export function parseWhen(kind: FaultKindId, texts: WhenTexts): ParsedWhen {
  const text = (field: WhenField) => texts[field].trim();
  const delayMs = text("delay") === "" ? 0 : parseDuration(text("delay"));
  if (delayMs === undefined || delayMs > LONGEST_BY_HAND_MS) {
    return { field: "delay", message: `Expected a time ${TIME_BY_HAND}.` };
  }
  const durationMs = parseTimeByHand(text("duration"));
  if (text("duration") !== "" && durationMs === undefined) {
    return { field: "duration", message: `Expected a time ${TIME_BY_HAND}.` };
  }
  const timing = {
    ...(delayMs > 0 && { delayMs }),
    ...(durationMs !== undefined && { durationMs }),
  };
  if (PROCESS_FAULTS.includes(kind)) return { when: timing };

  const probability = probabilityOf(text("probability"));
  if (probability === undefined) {
    return { field: "probability", message: "Expected a share above 0% and at most 100%." };
  }
  if (!/^-?\d*$/.test(text("seed")) || !Number.isSafeInteger(Number(text("seed")))) {
    return { field: "seed", message: "Expected a whole number." };
  }
  if (!/^[A-Za-z]*$/.test(text("method"))) {
    return { field: "method", message: "Expected a method such as POST." };
  }
  const header = headerOf(text("header"));
  if (text("header") !== "" && !header) {
    return { field: "header", message: "Expected a name, or a name and a value: X-User: 42." };
  }
  const match = {
    ...(text("path") !== "" && { path: text("path") }),
    ...(text("method") !== "" && { method: text("method").toUpperCase() }),
    ...(header && { header }),
    ...(text("caller") !== "" && { caller: text("caller") }),
  };
  const some = Object.keys(match).length > 0;
  if (!some && probability === 1 && text("seed") === "") return { when: timing };
  const conditions: FaultConditions = {
    probability,
    ...(text("seed") !== "" && { seed: Number(text("seed")) }),
    ...(some && { match }),
  };
  return { when: { ...timing, conditions } };
}

/** `30%`, `30` and `0.5%` are shares; nothing means all. */
function probabilityOf(text: string): number | undefined {
  if (text === "") return 1;
  const share = parsePercentage(text.endsWith("%") ? text : `${text}%`);
  return share !== undefined && share > 0 && share <= 1 ? share : undefined;
}

function headerOf(text: string): { name: string; value?: string } | undefined {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)(?:\s*[:=]\s*(.+))?$/.exec(text) ?? [];
  if (name === undefined) return undefined;
  return { name, ...(value !== undefined && { value: value.trim() }) };
}
