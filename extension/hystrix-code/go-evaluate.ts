import type { Node } from "@vscode/tree-sitter-wasm";
import type { GoScope } from "./go-scope.ts";
import {
  combine,
  integer,
  parseInteger,
  parseString,
  toFloat,
  toInteger,
  unknown,
  type GoValue,
} from "./go-value.ts";

/** Deeper than anybody writes; deeper code is not followed. */
const DEEPEST = 50;

/** `time.Second` and its like, in nanoseconds. */
const DURATIONS: Readonly<Record<string, bigint>> = {
  Nanosecond: 1n,
  Microsecond: 1000n,
  Millisecond: 1_000_000n,
  Second: 1_000_000_000n,
  Minute: 60_000_000_000n,
  Hour: 3_600_000_000_000n,
};

/** Methods of a `time.Duration` that make a number of it, and nanoseconds in one. */
const DURATION_METHODS: Readonly<Record<string, bigint>> = {
  Nanoseconds: 1n,
  Microseconds: 1000n,
  Milliseconds: 1_000_000n,
};

/** hystrix-go's variables for its defaults. */
const HYSTRIX_DEFAULTS: Readonly<Record<string, bigint>> = {
  DefaultTimeout: 1000n,
  DefaultMaxConcurrent: 10n,
  DefaultVolumeThreshold: 20n,
  DefaultSleepWindow: 5000n,
  DefaultErrorPercentThreshold: 50n,
};

/** The value of an expression: literals, names, arithmetic, conversions, durations. */
export function evaluate(node: Node, scope: GoScope, depth = 0): GoValue {
  if (depth > DEEPEST) return unknown("it is nested too deeply");
  const inner = (each: Node | null) =>
    each ? evaluate(each, scope, depth + 1) : unknown("something is missing there");
  switch (node.type) {
    case "literal_element":
    case "parenthesized_expression":
      return inner(node.namedChild(0));
    case "interpreted_string_literal":
    case "raw_string_literal": {
      const value = parseString(node.text);
      return value === undefined ? unknown("its text is broken") : { kind: "string", value };
    }
    case "int_literal": {
      const value = parseInteger(node.text);
      return value === undefined ? unknown(`${node.text} is no number`) : integer(value);
    }
    case "float_literal": {
      const value = Number(node.text.replaceAll("_", ""));
      return Number.isFinite(value)
        ? { kind: "float", value }
        : unknown(`${node.text} is not worked out here`);
    }
    case "identifier":
      return identifierValue(node, scope, depth);
    case "selector_expression":
      return selectorValue(node, scope);
    case "unary_expression": {
      const operator = node.childForFieldName("operator")?.text ?? "";
      const operand = inner(node.childForFieldName("operand"));
      return operator === "-" || operator === "+"
        ? combine(operator, integer(0n), operand)
        : unknown(`\`${short(node)}\` is not a constant`);
    }
    case "binary_expression": {
      const operator = node.childForFieldName("operator")?.text ?? "";
      return combine(
        operator,
        inner(node.childForFieldName("left")),
        inner(node.childForFieldName("right")),
      );
    }
    case "call_expression":
      return callValue(node, scope, inner);
    default:
      return unknown(`\`${short(node)}\` is not a constant`);
  }
}

function identifierValue(node: Node, scope: GoScope, depth: number): GoValue {
  const meaning = scope.meaningOf(node);
  switch (meaning?.kind) {
    case "expression":
      return evaluate(meaning.node, scope, depth + 1);
    case "value":
      return meaning.value;
    case "unknown":
      return unknown(meaning.why);
    case "function":
      return unknown(`\`${node.text}\` is a function`);
    case undefined:
      scope.missing.add(node.text);
      return unknown(`\`${node.text}\` is not a constant of this package`);
  }
}

function selectorValue(node: Node, scope: GoScope): GoValue {
  const operand = node.childForFieldName("operand");
  const field = node.childForFieldName("field")?.text ?? "";
  const path = operand?.type === "identifier" ? scope.packageOf(operand) : undefined;
  const known =
    path === "time"
      ? DURATIONS[field]
      : path !== undefined && isHystrix(path)
        ? HYSTRIX_DEFAULTS[field]
        : undefined;
  if (known !== undefined) return integer(known);
  const where = path === undefined ? "is not a constant" : "is of another package";
  return unknown(`\`${short(node)}\` ${where}`);
}

/** Conversions such as `int(…)` and `time.Duration(…)`, and `(2 * time.Second).Milliseconds()`. */
function callValue(node: Node, scope: GoScope, inner: (node: Node | null) => GoValue): GoValue {
  const called = node.childForFieldName("function");
  const given = node.childForFieldName("arguments")?.namedChildren ?? [];
  const [only] = given;
  if (called?.type === "identifier" && only && given.length === 1) {
    if (/^u?int(8|16|32|64)?$/.test(called.text)) return toInteger(inner(only));
    if (/^float(32|64)$/.test(called.text)) return toFloat(inner(only));
    if (called.text === "string") return inner(only);
  }
  if (called?.type === "selector_expression") {
    const operand = called.childForFieldName("operand");
    const field = called.childForFieldName("field")?.text ?? "";
    const path = operand?.type === "identifier" ? scope.packageOf(operand) : undefined;
    if (path === "time" && field === "Duration" && only) return toInteger(inner(only));
    const unit = DURATION_METHODS[field];
    if (path === undefined && given.length === 0) {
      if (unit !== undefined) return combine("/", inner(operand), integer(unit));
      const seconds = { Seconds: 1e9, Minutes: 6e10, Hours: 3.6e12 }[field];
      if (seconds) return combine("/", toFloat(inner(operand)), { kind: "float", value: seconds });
    }
  }
  return unknown(`\`${short(node)}\` is the result of a call`);
}

/** Whether a path is that of hystrix-go, or of a copy of it. */
export function isHystrix(path: string): boolean {
  return /(^|\/)hystrix-go\/hystrix$/.test(path);
}

/** The text of a node, cut to what a sentence can hold. */
export function short(node: Node): string {
  const text = node.text.replaceAll(/\s+/g, " ");
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
