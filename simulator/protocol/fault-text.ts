import { AddedLatency, FaultSpec, type FaultConditions, type FaultKindId } from "./fault-model.ts";
import { FAULT_TITLES, type FaultField } from "./fault-titles.ts";
import { formatDuration, formatPercentage, parseDuration, parseSize } from "./units.ts";

/* Texts of faults: what people type for them, and how those that are injected are called. */

/** What was typed, by the names of `FAULT_TITLES`; what is absent has its initial text. */
export type FaultFieldTexts = Readonly<Partial<Record<FaultField["name"], string>>>;

export type ParsedFault =
  | { readonly fault: FaultSpec }
  /** One sentence: what is wrong, and the field that it is about. */
  | { readonly message: string; readonly field: FaultField["name"] };

/** Makes a fault of the texts that were typed for its fields. */
export function parseFaultFields(kind: FaultKindId, texts: FaultFieldTexts): ParsedFault {
  const options: Record<string, unknown> = { kind };
  for (const { name, initial } of FAULT_TITLES[kind].fields) {
    const value = FIELDS[name].parse((texts[name] ?? initial).trim());
    if (value === undefined) return { message: FIELDS[name].expected, field: name };
    options[name] = value;
  }
  const parsed = FaultSpec.safeParse(options);
  if (parsed.success) return { fault: parsed.data };
  const [name] = FAULT_TITLES[kind].fields;
  const field = FAULT_TITLES[kind].fields.find((one) =>
    parsed.error.issues.some((issue) => issue.path[0] === one.name),
  );
  const at = field?.name ?? name?.name ?? "status";
  // A script says itself what is wrong with it, and where.
  const [issue] = parsed.error.issues;
  const message = at === "script" && issue?.code === "custom" ? `${issue.message}.` : undefined;
  return { message: message ?? FIELDS[at].expected, field: at };
}

interface FieldText {
  /** Undefined when the text cannot be meant. */
  parse(text: string): unknown;
  /** Said of every text that does not fit. */
  readonly expected: string;
}

const wholeNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : undefined);

const FIELDS: Readonly<Record<FaultField["name"], FieldText>> = {
  latency: {
    parse: parseAddedLatency,
    expected:
      "Expected at most 10 minutes, such as 200ms, normal 200ms 50ms, log-normal 200ms 0.5 (σ up to 5) or pareto 100ms 1.5 (α from 0.1).",
  },
  status: { parse: wholeNumber, expected: "Expected a status from 400 to 599." },
  script: {
    parse: (text) => (text === "" ? undefined : text),
    expected: "Expected a list of outcomes, such as 2 × 503, 1 × timeout, ok.",
  },
  bytesPerSecond: { parse: parseSize, expected: "Expected bytes a second, such as 1024 or 64kb." },
  bytes: { parse: parseSize, expected: "Expected a number of bytes, such as 10 or 2kb." },
  everyMs: {
    parse: (text) => wholeNumber(text) ?? parseDuration(text),
    expected: "Expected milliseconds, 100 to 600000, or a duration such as 2s.",
  },
};

/** Parses `200ms`, `normal 200ms 50ms`, `log-normal 200ms 0.5`, `pareto 100ms 1.5`. */
export function parseAddedLatency(text: string): AddedLatency | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .split(/[\s,±]+/);
  const parsed = AddedLatency.safeParse(latencyOf(words));
  return parsed.success ? parsed.data : undefined;
}

function latencyOf([first = "", second = "", third = "", ...rest]: readonly string[]): unknown {
  if (rest.length > 0) return undefined;
  // A number alone is one of milliseconds: nobody means seconds by 200.
  const ms = (word: string) => wholeNumber(word) ?? parseDuration(word);
  const figure = (word: string) => (/^\d+(\.\d+)?$/.test(word) ? Number(word) : undefined);
  switch (first) {
    case "normal":
      return { kind: first, mean: ms(second), deviation: ms(third) };
    case "log-normal":
      return { kind: first, median: ms(second), sigma: figure(third) };
    case "pareto":
      return { kind: first, minimum: ms(second), alpha: figure(third) };
    case "constant":
      return third === "" ? { kind: first, ms: ms(second) } : undefined;
    default:
      return second === "" ? { kind: "constant", ms: ms(first) } : undefined;
  }
}

/** `200ms`, `200ms ± 50ms`, `200ms log-normal σ 0.5`, `100ms pareto α 1.5`. */
function latencyWords(latency: AddedLatency): string {
  switch (latency.kind) {
    case "constant":
      return formatDuration(latency.ms);
    case "normal":
      return `${formatDuration(latency.mean)} ± ${formatDuration(latency.deviation)}`;
    case "log-normal":
      return `${formatDuration(latency.median)} log-normal σ ${String(latency.sigma)}`;
    case "pareto":
      return `${formatDuration(latency.minimum)} pareto α ${String(latency.alpha)}`;
  }
}

/** A fault that is injected, in a few words: `+200ms`, `answers 503`, `frozen`. */
export function faultText(fault: FaultSpec): string {
  switch (fault.kind) {
    case "latency":
      return `+${latencyWords(fault.latency)}`;
    case "status":
      return `answers ${String(fault.status)}`;
    case "script":
      return `plays ${fault.script}${fault.repeat ? ", again and again" : ""}`;
    case "refuse-connections":
      return "refuses connections";
    case "reset":
      return "resets connections";
    case "no-answer":
      return "never answers";
    case "abort-before-head":
      return "breaks off before the head";
    case "abort-after-head":
      return "breaks off after the head";
    case "slow-body":
      return `body at ${String(fault.bytesPerSecond)} bytes/s`;
    case "truncated-body":
      return `body ends after ${String(fault.bytes)} bytes`;
    case "partition":
      return "partitioned";
    case "kill":
      return "killed";
    case "freeze":
      return "frozen";
    case "restart":
      return "restarting";
    case "crash-loop":
      return `crashes every ${formatDuration(fault.everyMs)}`;
    case "lose-lease":
      return "lease not kept alive";
  }
}

/** Which attempts it touches: `30% of POST /orders/* from checkout`; undefined: all of them. */
export function faultConditionsText(conditions: FaultConditions | undefined): string | undefined {
  if (!conditions) return undefined;
  const { probability, match, seed } = conditions;
  const what = [match?.method, match?.path].filter((part) => part !== undefined).join(" ");
  const header =
    match?.header &&
    `with ${match.header.name}${match.header.value === undefined ? "" : `: ${match.header.value}`}`;
  const which = [what || "calls", match?.caller && `from ${match.caller}`, header]
    .filter(Boolean)
    .join(" ");
  const every = match === undefined || which === "calls";
  if (probability === 1) return every ? undefined : `only ${which}`;
  const chance = `${formatPercentage(probability)} of ${which}`;
  return seed === undefined ? chance : `${chance}, seed ${String(seed)}`;
}
