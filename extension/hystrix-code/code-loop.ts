import type { Node } from "@vscode/tree-sitter-wasm";
import { evaluate } from "./go-evaluate.ts";
import type { GoScope } from "./go-scope.ts";

/** How far callers of the file's own functions are followed. */
const DEEPEST = 3;

/** The loop that a piece of code runs in. */
export interface CodeLoop {
  readonly node: Node;
  readonly body: Node;
  /** Whether the loop goes on without waiting for it: it is started with `go`. */
  readonly detached: boolean;
}

/** The nearest loop around a piece of code, also around where its function is called. */
export function loopAround(start: Node, scope: GoScope, depth = 0): CodeLoop | undefined {
  let detached = false;
  for (let node = start.parent, inner = start; node; inner = node, node = node.parent) {
    switch (node.type) {
      case "for_statement": {
        const body = node.childForFieldName("body");
        if (body?.equals(inner)) return { node, body, detached };
        break;
      }
      case "go_statement":
        detached = true;
        break;
      case "function_declaration":
      case "func_literal": {
        const caller = callerOf(node, scope, depth);
        if (caller === "here") break;
        return caller && { ...caller, detached: detached || caller.detached };
      }
      default:
        break;
    }
  }
  return undefined;
}

/** How often a loop runs: `for i := 0; i < 10; i++`, `for range 10`; undefined: nobody knows. */
export function timesOf({ node }: CodeLoop, scope: GoScope): number | undefined {
  const head = node.namedChild(0);
  if (head?.type === "range_clause") {
    const right = head.childForFieldName("right");
    const value = right && evaluate(right, scope);
    return value?.kind === "integer" ? atLeastNone(value.value) : undefined;
  }
  if (head?.type !== "for_clause") return undefined;
  const from = head.childForFieldName("initializer")?.childForFieldName("right")?.namedChild(0);
  const condition = head.childForFieldName("condition");
  const update = head.childForFieldName("update");
  const to = condition?.childForFieldName("right");
  const operator = condition?.childForFieldName("operator")?.text;
  if (!from || !to || update?.type !== "inc_statement") return undefined;
  const [first, last] = [evaluate(from, scope), evaluate(to, scope)];
  if (first.kind !== "integer" || last.kind !== "integer") return undefined;
  const more = operator === "<=" ? 1n : operator === "<" ? 0n : undefined;
  return more === undefined ? undefined : atLeastNone(last.value - first.value + more);
}

const atLeastNone = (times: bigint) => (times > 0n ? Number(times) : 0);

/** The loop around the first call of a function; `here` when it is called where it stands. */
function callerOf(node: Node, scope: GoScope, depth: number): CodeLoop | "here" | undefined {
  const parent = node.parent;
  const isCalled = parent?.type === "call_expression";
  if (isCalled && parent.childForFieldName("function")?.equals(node)) return "here";
  const name = nameOf(node);
  if (name === undefined || depth >= DEEPEST) return undefined;
  for (const call of scope.root.descendantsOfType("call_expression")) {
    const called = call?.childForFieldName("function");
    if (!call || called?.type !== "identifier" || called.text !== name) continue;
    const meaning = scope.meaningOf(called);
    if (meaning?.kind !== "function" && meaning?.kind !== "expression") continue;
    const isThis = meaning.node.equals(node);
    const isOutside = call.startIndex < node.startIndex || call.startIndex >= node.endIndex;
    const loop = isThis && isOutside ? loopAround(call, scope, depth + 1) : undefined;
    if (loop) return loop;
  }
  return undefined;
}

/** The name of a function, or of the variable that holds it. */
function nameOf(node: Node): string | undefined {
  if (node.type === "function_declaration") return node.childForFieldName("name")?.text;
  const declaration = node.parent?.parent;
  return declaration?.type === "short_var_declaration"
    ? declaration.childForFieldName("left")?.namedChild(0)?.text
    : undefined;
}
