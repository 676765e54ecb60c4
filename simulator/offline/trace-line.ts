import { z } from "zod";
import { FuseboardError } from "../kernel/errors.ts";
import { Elapsed } from "./elapsed.ts";
import { namedIssue } from "../protocol/issue-sentence.ts";

/** What a server does from a line on: answers well, refuses, never answers, or has a status. */
export const ServerOutcome = z.union(
  [z.enum(["ok", "refused", "timeout"]), z.number().int().min(100).max(599)],
  'Expected "ok", "refused", "timeout" or a status.',
);
export type ServerOutcome = z.infer<typeof ServerOutcome>;

/**
 * A text as it goes over the wire in UTF-8, one character a byte: what Node's HTTP gives, and so
 * what the algorithms take.
 */
const WireText = z.string().transform((text) => Buffer.from(text, "utf8").toString("latin1"));

const Line = z.looseObject({
  /** Milliseconds since the beginning; never less than the line before. */
  t: Elapsed,
  client: z.string().default("127.0.0.1"),
  uri: WireText.default("/"),
  method: z.string().default("GET"),
  headers: z.record(z.string(), WireText).default({}),
  /** How long a server takes to answer. */
  serviceMs: z.number().nonnegative().default(0),
  /** By address, as it stands in the configuration. They hold until told otherwise. */
  outcomes: z.record(z.string(), ServerOutcome).default({}),
});
/** One request of a trace of traffic. */
export type TraceLine = z.output<typeof Line>;

/** What a line says that is not known, and so changes nothing. */
export function unknownKeys(line: TraceLine): string[] {
  return Object.keys(line).filter((key) => !(key in Line.shape));
}

/** Parses a line of a trace; a FuseboardError says which line is wrong and why. */
export function parseTraceLine(text: string, number: number): TraceLine {
  const wrong = (what: string) =>
    new FuseboardError("trace", `Line ${number} of the trace is wrong: ${what}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw wrong("it is not JSON.");
  }
  const parsed = Line.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw wrong("unknown error.");
  throw wrong(namedIssue(issue));
}
