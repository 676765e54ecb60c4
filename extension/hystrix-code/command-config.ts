import type { Node } from "@vscode/tree-sitter-wasm";
import { evaluate, short } from "./go-evaluate.ts";
import type { GoScope } from "./go-scope.ts";
import { placeOf } from "./code-place.ts";
import { DEFAULTS } from "./command-settings.ts";
import {
  GO_SETTINGS,
  type CodeFinding,
  type CommandSettings,
  type GoSetting,
} from "./hystrix-code.ts";

/** What a negative number does in hystrix-go. */
const NEGATIVE: Readonly<Record<GoSetting, string>> = {
  timeout: "every call times out at once",
  maxConcurrentRequests: "the program panics with the first call",
  requestVolumeThreshold: "it is taken as an enormous number, and the circuit never opens",
  sleepWindow: "every call is a single test while the circuit is open",
  errorPercentThreshold: "the circuit opens even without an error",
};

/** The largest that a cluster file takes. */
const MOST: Readonly<Record<GoSetting, number>> = {
  timeout: 2_073_600_000,
  maxConcurrentRequests: 1_000_000_000,
  requestVolumeThreshold: 1_000_000_000,
  sleepWindow: 2_073_600_000,
  errorPercentThreshold: 100,
};

const SETTINGS = Object.keys(GO_SETTINGS) as GoSetting[];

/** The settings of a `CommandConfig`, and what is to be said of them. */
export function readCommandConfig(
  node: Node,
  scope: GoScope,
): CommandSettings & { readonly findings: readonly CodeFinding[] } {
  const literal = literalOf(node, scope);
  if (typeof literal === "string") {
    const message = `The settings are not known from the code: ${literal}.`;
    const finding: CodeFinding = { ...placeOf(node), severity: "note", message };
    return { settings: {}, unknown: [message], invalid: [], findings: [finding] };
  }
  const settings: Partial<Record<GoSetting, number>> = {};
  const [unknown, invalid, findings]: [string[], string[], CodeFinding[]] = [[], [], []];
  for (const { setting, value } of fieldsOf(literal)) {
    const read = readSetting(setting, value, scope);
    if (read.number !== undefined) settings[setting] = read.number;
    if (!read.message) continue;
    if (read.is === "unknown") unknown.push(read.message);
    if (read.is === "invalid") invalid.push(read.message);
    const severity = read.is === "invalid" ? "warning" : "note";
    findings.push({ ...placeOf(value), severity, message: read.message });
  }
  return { settings, unknown, invalid, findings };
}

interface ReadSetting {
  readonly number?: number;
  readonly message?: string;
  readonly is: "known" | "unknown" | "invalid";
}

function readSetting(setting: GoSetting, node: Node, scope: GoScope): ReadSetting {
  const field = GO_SETTINGS[setting];
  const value = evaluate(node, scope);
  if (value.kind === "unknown") {
    return { is: "unknown", message: `${field} is not known from the code: ${value.why}.` };
  }
  if (value.kind !== "integer") {
    const message = `${field} is \`${short(node)}\`. Expected a whole number.`;
    return { is: "invalid", message };
  }
  const number = Number(value.value);
  const most = MOST[setting];
  if (number < 0) {
    const message = `${field} is ${String(number)}: ${NEGATIVE[setting]}. Expected 0 or more.`;
    return { is: "invalid", message };
  }
  if (number > most) {
    const why =
      setting === "errorPercentThreshold"
        ? "the circuit never opens. Expected per cent between 0 and 100."
        : `more than Fuseboard takes. Expected at most ${String(most)}.`;
    return { is: "invalid", message: `${field} is ${String(number)}: ${why}` };
  }
  if (number > 0) return { is: "known", number };
  const preset = String(DEFAULTS[setting]);
  return { is: "known", message: `${field} is 0, for which hystrix-go takes ${preset}.` };
}

/** The body of a `CommandConfig{…}`, or of what a name or `map` entry stands for; else why not. */
function literalOf(node: Node, scope: GoScope, depth = 0): Node | string {
  if (node.type === "literal_value") return node;
  if (node.type === "composite_literal") {
    return node.childForFieldName("body") ?? "it is not complete";
  }
  const inner = node.namedChild(0);
  const isAround = node.type === "literal_element" || node.type === "parenthesized_expression";
  if (isAround && inner && depth < 20) return literalOf(inner, scope, depth + 1);
  if (node.type === "identifier" && depth < 20) {
    const meaning = scope.meaningOf(node);
    if (meaning?.kind === "expression") return literalOf(meaning.node, scope, depth + 1);
    if (meaning?.kind === "unknown") return meaning.why;
  }
  return `\`${short(node)}\` is not a literal of this file`;
}

/** The fields of a literal with names, or without in the order of the struct. */
function fieldsOf(literal: Node): { setting: GoSetting; value: Node }[] {
  const elements = literal.namedChildren.flatMap((each) =>
    each && each.type !== "comment" ? [each] : [],
  );
  return elements.flatMap((element, index) => {
    if (element.type !== "keyed_element") {
      const setting = SETTINGS[index];
      return setting ? [{ setting, value: element }] : [];
    }
    const { key, value } = keyedElement(element);
    const setting = SETTINGS.find((each) => GO_SETTINGS[each] === key?.text);
    return setting && value ? [{ setting, value }] : [];
  });
}

/** Key and value of `key: value` in a literal. */
export function keyedElement(element: Node): { key: Node | undefined; value: Node | undefined } {
  const [key, value] = element.namedChildren.flatMap((each) =>
    each && each.type !== "comment" ? [each] : [],
  );
  return {
    key: element.childForFieldName("key") ?? key,
    value: element.childForFieldName("value") ?? value,
  };
}
