import type { Node } from "@vscode/tree-sitter-wasm";
import { placeOf } from "./code-place.ts";
import { trafficOf } from "./code-traffic.ts";
import { keyedElement, readCommandConfig } from "./command-config.ts";
import { evaluate, short } from "./go-evaluate.ts";
import type { GoScope } from "./go-scope.ts";
import { hystrixCalls, type HystrixCall } from "./hystrix-calls.ts";
import type { CodeFinding, CommandConfiguration, CommandUse, HystrixCode } from "./hystrix-code.ts";

/** What a file's syntax tree has of hystrix-go. */
export function readCode(scope: GoScope): HystrixCode {
  const calls = hystrixCalls(scope);
  const found: Found = { configurations: [], uses: [], findings: [] };
  if (calls.length === 0) return found;
  noteSyntaxError(scope.root, found);
  for (const call of calls) {
    if (call.function === "ConfigureCommand") configureCommand(call, scope, found);
    else if (call.function === "Configure") configureMany(call, scope, found);
    else use(call, scope, found);
  }
  noteTwice(found);
  found.findings.sort((a, b) => a.line - b.line || a.column - b.column);
  return found;
}

interface Found extends HystrixCode {
  readonly configurations: CommandConfiguration[];
  readonly uses: CommandUse[];
  readonly findings: CodeFinding[];
}

function configureCommand({ node, args }: HystrixCall, scope: GoScope, found: Found): void {
  const [name, config] = args;
  if (name && config) configuration({ name, config, at: node }, scope, found);
}

function configureMany({ args }: HystrixCall, scope: GoScope, found: Found): void {
  const [map] = args;
  if (!map) return;
  const body = mapBody(map, scope);
  if (typeof body === "string") {
    const message = `The commands that are configured are not known from the code: ${body}.`;
    found.findings.push({ ...placeOf(map), severity: "note", message });
    return;
  }
  for (const element of body.namedChildren) {
    if (element?.type !== "keyed_element") continue;
    const { key, value } = keyedElement(element);
    if (key && value) configuration({ name: key, config: value, at: element }, scope, found);
  }
}

function configuration(
  { name, config, at }: { name: Node; config: Node; at: Node },
  scope: GoScope,
  found: Found,
): void {
  const known = nameOf(name, scope, found);
  const { findings, ...settings } = readCommandConfig(config, scope);
  found.findings.push(...findings);
  if (known !== undefined) found.configurations.push({ name: known, ...placeOf(at), ...settings });
}

function use(call: HystrixCall, scope: GoScope, found: Found): void {
  const first = call.function === "GoC" || call.function === "DoC" ? 1 : 0;
  const name = call.args[first];
  if (!name) return;
  const known = nameOf(name, scope, found);
  if (known === undefined) return;
  const traffic = trafficOf(call, call.args[first + 1], scope);
  found.uses.push({ name: known, ...placeOf(call.node), traffic });
}

function nameOf(node: Node, scope: GoScope, found: Found): string | undefined {
  const value = evaluate(node, scope);
  if (value.kind === "string") return value.value;
  const why = value.kind === "unknown" ? value.why : `\`${short(node)}\` is no text`;
  const message = `The command's name is not known from the code: ${why}.`;
  found.findings.push({ ...placeOf(node), severity: "note", message });
  return undefined;
}

/** The body of a map's literal, or of what a name stands for; else why not. */
function mapBody(node: Node, scope: GoScope, depth = 0): Node | string {
  if (node.type === "composite_literal") {
    return node.childForFieldName("body") ?? "it is not complete";
  }
  if (node.type === "identifier" && depth < 20) {
    const meaning = scope.meaningOf(node);
    if (meaning?.kind === "expression") return mapBody(meaning.node, scope, depth + 1);
    if (meaning?.kind === "unknown") return meaning.why;
  }
  return `\`${short(node)}\` is not a literal of this file`;
}

function noteSyntaxError(root: Node, found: Found): void {
  if (!root.hasError) return;
  const broken = firstError(root);
  const message = "There is a syntax error here: what stands around it may not be understood.";
  const { line, column } = placeOf(broken);
  const place = { line, column, endLine: line, endColumn: column + 1 };
  found.findings.push({ ...place, severity: "note", message });
}

/** The first node that is wrong or missing; the root when none says so. */
function firstError(root: Node): Node {
  let node = root;
  for (;;) {
    const next = node.children.find((child) => child && (child.hasError || child.isMissing));
    if (!next || next.isError || next.isMissing) return next ?? node;
    node = next;
  }
}

function noteTwice({ configurations, findings }: Found): void {
  const seen = new Map<string, CommandConfiguration>();
  for (const each of configurations) {
    const before = seen.get(each.name);
    if (before) {
      const message = `"${each.name}" is configured on line ${String(before.line + 1)} too. The one that runs last holds.`;
      findings.push({ ...placeOnly(each), severity: "note", message });
    }
    seen.set(each.name, each);
  }
}

function placeOnly({ line, column, endLine, endColumn }: CommandConfiguration) {
  return { line, column, endLine, endColumn };
}
