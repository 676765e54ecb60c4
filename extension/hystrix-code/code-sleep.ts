import type { Node } from "@vscode/tree-sitter-wasm";
import { evaluate } from "./go-evaluate.ts";
import type { GoScope } from "./go-scope.ts";
import { argumentsOf } from "./hystrix-calls.ts";

/** How far calls of the file's own functions are followed. */
const DEEPEST = 3;
/** What runs elsewhere, later, now and then, or many times: its sleeps are not of this path. */
const ASIDE = new Set([
  ...["go_statement", "defer_statement", "func_literal", "for_statement"],
  ...["if_statement", "expression_switch_statement", "type_switch_statement"],
]);

/** The sleeps on the straight path through a piece of code. */
export interface Sleeps {
  readonly ms: number;
  /** Lines, from 1, of those that are known. */
  readonly lines: readonly number[];
}

/** Sums up `time.Sleep(…)`, `<-time.After(…)` and the functions of the file that are called. */
export function sleepsIn(body: Node, scope: GoScope, depth = 0): Sleeps {
  let ms = 0;
  const lines: number[] = [];
  const visit = (node: Node): void => {
    const own = sleepMs(node, scope);
    if (own !== undefined) {
      ms += own;
      lines.push(node.startPosition.row + 1);
      return;
    }
    const called = depth < DEEPEST ? calledBody(node, scope) : undefined;
    if (called) {
      const inner = sleepsIn(called, scope, depth + 1);
      ms += inner.ms;
      lines.push(...inner.lines);
    }
    for (const child of node.namedChildren) if (child && !ASIDE.has(child.type)) visit(child);
  };
  visit(body);
  return { ms, lines };
}

/** How long a ticker's period is that `node` receives from: `ticker.C`, `time.Tick(…)`. */
export function tickerMs(node: Node, scope: GoScope): number | undefined {
  if (node.type === "call_expression") return timeCallMs(node, ["Tick"], scope);
  const operand = node.type === "selector_expression" && node.childForFieldName("operand");
  if (!operand || operand.type !== "identifier") return undefined;
  if (node.childForFieldName("field")?.text !== "C") return undefined;
  const meaning = scope.meaningOf(operand);
  return meaning?.kind === "expression"
    ? timeCallMs(meaning.node, ["NewTicker"], scope)
    : undefined;
}

function sleepMs(node: Node, scope: GoScope): number | undefined {
  if (node.type === "call_expression") return timeCallMs(node, ["Sleep"], scope);
  if (node.type !== "unary_expression") return undefined;
  const operand = node.childForFieldName("operand");
  return operand && node.text.startsWith("<-")
    ? (timeCallMs(operand, ["After", "Tick"], scope) ?? tickerMs(operand, scope))
    : undefined;
}

function timeCallMs(node: Node, names: readonly string[], scope: GoScope): number | undefined {
  const called = node.type === "call_expression" ? node.childForFieldName("function") : null;
  const operand = called?.childForFieldName("operand");
  if (called?.type !== "selector_expression" || operand?.type !== "identifier") return undefined;
  if (scope.packageOf(operand) !== "time") return undefined;
  if (!names.includes(called.childForFieldName("field")?.text ?? "")) return undefined;
  const [duration] = argumentsOf(node);
  const value = duration && evaluate(duration, scope);
  return value?.kind === "integer" && value.value >= 0n ? Number(value.value) / 1e6 : undefined;
}

/** The body of a function of the file that is called here, or of a literal called at once. */
function calledBody(node: Node, scope: GoScope): Node | undefined {
  const called = node.type === "call_expression" ? node.childForFieldName("function") : null;
  return called ? bodyOf(called, scope) : undefined;
}

/** The body of a function that an expression stands for. */
export function bodyOf(node: Node, scope: GoScope): Node | undefined {
  if (node.type === "func_literal") return node.childForFieldName("body") ?? undefined;
  if (node.type !== "identifier") return undefined;
  const meaning = scope.meaningOf(node);
  if (meaning?.kind === "function") return meaning.node.childForFieldName("body") ?? undefined;
  return meaning?.kind === "expression" && meaning.node.type === "func_literal"
    ? (meaning.node.childForFieldName("body") ?? undefined)
    : undefined;
}
