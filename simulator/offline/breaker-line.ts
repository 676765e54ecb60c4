import { z } from "zod";
import { nearestWord } from "../interop/haproxy/nearest-word.ts";
import { FuseboardError } from "../kernel/errors.ts";
import { Elapsed } from "./elapsed.ts";
import { exactId } from "./exact-id.ts";
import { namedIssue } from "../protocol/issue-sentence.ts";

const Call = z.strictObject({
  /** When it starts, in ms since the beginning; never before the line before. */
  t: Elapsed,
  /** How long it takes. */
  ms: z.number().nonnegative().max(1e12),
  ok: z.boolean(),
  /** Comes back with what became of it. */
  id: z.unknown().optional(),
});
/** What is done by hand. */
const DEEDS = ["force-open", "force-closed", "reset"] as const;
export type BreakerDeed = (typeof DEEDS)[number];
const Deed = z.strictObject({ t: Elapsed, do: z.enum(DEEDS) });

/** One line of a timeline. */
export type BreakerLine = z.output<typeof Call> | z.output<typeof Deed>;

/** What is wrong with a line, in one sentence. */
export function wrongLine(number: number, what: string): FuseboardError {
  return new FuseboardError("timeline", `Line ${number} of the timeline is wrong: ${what}`);
}

/** Parses a line of a timeline; a FuseboardError says which line is wrong and why. */
export function parseBreakerLine(text: string, number: number): BreakerLine {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrongLine(number, "it is not JSON.");
  }
  const isDeed = typeof json === "object" && json !== null && "do" in json;
  const parsed = isDeed ? Deed.safeParse(json) : Call.safeParse(json);
  if (parsed.success) {
    const line = parsed.data;
    if ("do" in line) return line;
    const id = exactId(text, line.id);
    return id === line.id ? line : { ...line, id };
  }
  const [issue] = parsed.error.issues;
  throw wrongLine(number, issue ? sentenceOf(issue, isDeed) : "unknown error.");
}

function sentenceOf(issue: z.core.$ZodIssue, isDeed: boolean): string {
  if (issue.code === "unrecognized_keys") {
    const [key = ""] = issue.keys;
    const nearest = nearestWord(key, Object.keys((isDeed ? Deed : Call).shape));
    const meant = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
    return `"${key}" is not known.${meant}`;
  }
  return namedIssue(issue);
}
