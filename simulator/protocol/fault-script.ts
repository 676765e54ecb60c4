import { parseDuration } from "./units.ts";

/** What one attempt gets by a script. */
export type ScriptedOutcome =
  | { readonly kind: "ok" }
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "timeout" }
  | { readonly kind: "refuse" }
  | { readonly kind: "reset" }
  | { readonly kind: "abort" }
  | { readonly kind: "delay"; readonly ms: number };

/** So many attempts, one after the other, get the same. */
export interface ScriptStep {
  readonly count: number;
  readonly outcome: ScriptedOutcome;
}

/** What a script says, or where and why it says nothing. `column` is 1-based. */
export type ReadScript =
  { readonly steps: readonly ScriptStep[] } | { readonly message: string; readonly column: number };

/** The words that stand for an outcome. */
const WORDS: Readonly<Record<string, ScriptedOutcome["kind"] & ("ok" | Broken)>> = {
  ok: "ok",
  pass: "ok",
  timeout: "timeout",
  "no-answer": "timeout",
  refuse: "refuse",
  reset: "reset",
  abort: "abort",
};
type Broken = "timeout" | "refuse" | "reset" | "abort";

const EXPECTED =
  "a status such as 503, ok, timeout, refuse, reset, abort, or a delay such as 200ms";
const MOST_TIMES = 1_000_000;
const LONGEST_MS = 600_000;

/** A script says nothing at this place, for this reason. */
class Unreadable extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/**
 * Reads a script of outcomes such as `2 × 503, 1 × timeout, ok`: steps separated by commas, each
 * an outcome with the times it is repeated before it (`×`, `x` or `*`; once when it says nothing).
 * Outcomes are a status of 200 to 599, `ok` (or `pass`), `timeout` (or `no-answer`), `refuse`,
 * `reset`, `abort` (the function runs, its answer breaks off), and a delay such as `200ms`.
 */
export function parseFaultScript(text: string): ReadScript {
  try {
    const steps: ScriptStep[] = [];
    let at = 0;
    for (const part of text.split(",")) {
      steps.push(stepOf(part, at));
      at += part.length + 1;
    }
    return { steps };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const column = error.at + 1;
    return { message: `${error.message} (character ${String(column)})`, column };
  }
}

/** One step; `start` is where its text begins in the script. */
function stepOf(text: string, start: number): ScriptStep {
  const step = text.trim();
  const at = start + (text.length - text.trimStart().length);
  if (step === "") throw new Unreadable(at, `Expected ${EXPECTED}`);
  // `×` may stand close to its outcome; `x` and `*` too, as no outcome begins with them.
  const repeated = /^(\S*?)(\s*)([×x*])(\s*)(.*)$/isu.exec(step);
  const [, times = "", before = "", sign = "", after = "", word = ""] = repeated ?? [];
  if (!repeated || !/^[\d.,+-]*$/.test(times)) {
    return { count: 1, outcome: outcomeOf(step, at) };
  }
  if (times === "") {
    throw new Unreadable(at, `Expected a number before "${sign}", such as 2 ${sign} 503`);
  }
  const count = Number(times);
  if (!/^\d+$/.test(times) || count < 1 || count > MOST_TIMES) {
    const message = `Expected a whole number from 1 to ${String(MOST_TIMES)} instead of ${quoted(times)}`;
    throw new Unreadable(at, message);
  }
  const wordAt = at + times.length + before.length + sign.length + after.length;
  if (word === "") throw new Unreadable(wordAt, `Expected ${EXPECTED} after "${sign}"`);
  return { count, outcome: outcomeOf(word, wordAt) };
}

function outcomeOf(word: string, at: number): ScriptedOutcome {
  const known = Object.hasOwn(WORDS, word.toLowerCase()) ? WORDS[word.toLowerCase()] : undefined;
  if (known) return { kind: known };
  if (/^\d+$/.test(word)) {
    const status = Number(word);
    if (status >= 200 && status <= 599) return { kind: "status", status };
    throw new Unreadable(at, `Expected a status from 200 to 599 instead of ${quoted(word)}`);
  }
  const ms = parseDuration(word.toLowerCase());
  if (ms === undefined) throw new Unreadable(at, `Expected ${EXPECTED} instead of ${quoted(word)}`);
  if (ms > LONGEST_MS)
    throw new Unreadable(at, `Expected a delay of at most 10m instead of ${quoted(word)}`);
  return { kind: "delay", ms };
}

/** What was written, as far as it is worth repeating. */
function quoted(text: string): string {
  return `"${text.length > 30 ? `${text.slice(0, 30)}…` : text}"`;
}
