import type { z } from "zod";
import { nearestWord } from "../interop/haproxy/nearest-word.ts";
import { FuseboardError, messageOf } from "../kernel/errors.ts";
import {
  Breaker,
  BREAKERS,
  type BreakerEngineId,
  type BreakerSpec,
} from "../protocol/breaker-spec.ts";
import { formatPercentage } from "../protocol/units.ts";
import { issueSentence } from "../protocol/issue-sentence.ts";
import { plainName, SETTING_NAMES } from "./breaker-setting-names.ts";

const wrong = (message: string) => new FuseboardError("usage", message);
/** Settings of cockatiel's that it takes as fractions of 1, and as milliseconds. */
const FRACTIONS: readonly string[] = ["threshold", "halfOpenThreshold"];
const DURATIONS: readonly string[] = ["duration", "halfOpenAfter"];

/** Netflix properties of all commands, or pools. */
const OF_ALL = /^hystrix\.(command|threadpool)\.default\./i;

/** One setting as it was written. */
interface Written {
  readonly name: string;
  readonly value: unknown;
}

/**
 * The settings of a breaker out of JSON that names them as its library does, in any of its
 * spellings. Throws a FuseboardError that names the setting that is wrong.
 * @param warn is told of settings that change nothing
 */
export function readBreakerSettings(
  engine: string,
  text: string,
  warn: (message: string) => void,
): BreakerSpec {
  const known = BREAKERS.find((id) => id === engine);
  if (!known) {
    const meant = suggestion(engine, BREAKERS);
    throw wrong(`There is no engine "${engine}".${meant} Expected one of ${BREAKERS.join(", ")}.`);
  }
  const written = writtenIn(known, parseJson(text), warn);
  const settings = Object.fromEntries(
    [...written].map(([key, { value }]) => [key, inTheFile(known, key, value)]),
  );
  const parsed = Breaker.safeParse({ engine: known, ...settings });
  if (parsed.success) return { ...parsed.data, ...exactFractions(known, written) };
  const issue = plainest(parsed.error.issues);
  const key = String(issue.path[0] ?? "");
  const { name = key, value } = written.get(key) ?? {};
  const given = value === undefined ? "as it is" : JSON.stringify(value);
  const expected = expectedOfNumber(known, key) ?? issueSentence(issue);
  throw wrong(`The setting "${name}" cannot be ${given}. ${expected}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new FuseboardError("usage", `The settings are not JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The settings by their keys in the cluster file. */
function writtenIn(
  engine: BreakerEngineId,
  json: unknown,
  warn: (message: string) => void,
): Map<string, Written> {
  // As in `new ConsecutiveBreaker(5)`.
  if (engine === "consecutive" && typeof json === "number") {
    return new Map([["threshold", { name: "threshold", value: json }]]);
  }
  if (!isObject(json)) {
    throw wrong(`The settings are ${JSON.stringify(json)}. Expected a JSON object.`);
  }
  const { library, own, also, idle, prefix } = SETTING_NAMES[engine];
  const keys = new Map(
    Object.entries({ ...also, ...own }).map(([name, key]) => [plainName(name), key]),
  );
  const idleNames = new Set(idle.map(plainName));
  const written = new Map<string, Written>();
  for (const [name, value] of flattened(json)) {
    if (name === "engine" && value === engine) continue;
    const found = endings(name, prefix).find((end) => keys.has(end) || idleNames.has(end));
    if (found === undefined) {
      const meant = suggestion(name, Object.keys(own));
      const all = Object.keys(own).join(", ");
      throw wrong(`${library} has no setting "${name}".${meant} Its settings: ${all}.`);
    }
    const key = keys.get(found);
    if (key === undefined) {
      warn(`"${name}" changes nothing here.`);
      continue;
    }
    const before = written.get(key);
    // As in the library: what is said of a command itself wins.
    if (before && OF_ALL.test(name) && !OF_ALL.test(before.name)) continue;
    if (before && OF_ALL.test(name) === OF_ALL.test(before.name))
      throw wrong(`"${before.name}" and "${name}" are the same setting. Give one of them.`);
    written.set(key, { name, value });
  }
  return written;
}

/** The plain name, and the ends of it that are left without what may stand before it. */
function endings(name: string, prefix: RegExp): string[] {
  const parts = name.split(".");
  const shorter = parts
    .map((_, i) => [parts.slice(0, i).join("."), parts.slice(i).join(".")] as const)
    .filter(([before], i) => i === 0 || prefix.test(`${before}.`));
  return shorter.map(([, rest]) => plainName(rest));
}

/** Objects within objects as names with points. */
function flattened(object: object, before = ""): [name: string, value: unknown][] {
  return Object.entries(object).flatMap(([name, value]: [string, unknown]) =>
    isObject(value)
      ? flattened(value, `${before}${name}.`)
      : [[`${before}${name}`, value] as [string, unknown]],
  );
}

/** A value as the cluster file would have it. */
function inTheFile(engine: BreakerEngineId, key: string, value: unknown): unknown {
  if (engine === "hystrix-go") return value;
  if (engine === "hystrix") return typeof value === "string" ? ofProperties(value) : value;
  if (typeof value !== "number") return value;
  if (DURATIONS.includes(key)) return `${value}ms`;
  return isFraction(engine, key) ? formatPercentage(value) : value;
}

/** The fractions as they were given; as percentages they may have lost their last digits. */
function exactFractions(engine: BreakerEngineId, written: ReadonlyMap<string, Written>): object {
  return Object.fromEntries(
    [...written].flatMap(([key, { value }]) =>
      typeof value === "number" && isFraction(engine, key) ? [[key, value]] : [],
    ),
  );
}

/** The threshold of `ConsecutiveBreaker` is a number of failures. */
function isFraction(engine: BreakerEngineId, key: string): boolean {
  return FRACTIONS.includes(key) && !(engine === "consecutive" && key === "threshold");
}

/** What cockatiel has as numbers, and the cluster file as text. */
function expectedOfNumber(engine: BreakerEngineId, key: string): string | undefined {
  if (engine === "hystrix-go" || engine === "hystrix") return undefined;
  if (DURATIONS.includes(key)) {
    return 'Expected milliseconds above 0 and of at most 24 days, or a duration such as "5s".';
  }
  if (!isFraction(engine, key)) return undefined;
  if (key === "halfOpenThreshold") return 'Expected a fraction below 1, such as 0.5 or "50%".';
  return 'Expected a fraction above 0 and below 1, such as 0.5 or "50%".';
}

/** Properties are text, whatever they mean. */
function ofProperties(text: string): unknown {
  if (/^-?\d+$/.test(text)) return Number(text);
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === "true";
  return /^(thread|semaphore)$/i.test(text) ? text.toUpperCase() : text;
}

/** The issue that says most: not that another alternative was expected. */
function plainest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue {
  const [issue] = issues;
  if (!issue) throw new TypeError("There is no issue.");
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat();
  const best = inner.find(({ code }) => code !== "invalid_type") ?? inner[0];
  return best ? { ...plainest([best]), path: [...issue.path, ...best.path] } : issue;
}

function suggestion(word: string, known: readonly string[]): string {
  const nearest = nearestWord(word, known);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
