import type { Node } from "@vscode/tree-sitter-wasm";
import { isHystrix } from "./go-evaluate.ts";
import type { GoScope } from "./go-scope.ts";

const FUNCTIONS = ["ConfigureCommand", "Configure", "Go", "Do", "GoC", "DoC"] as const;
export type HystrixFunction = (typeof FUNCTIONS)[number];

/** A call of one of hystrix-go's functions. */
export interface HystrixCall {
  readonly function: HystrixFunction;
  readonly node: Node;
  readonly args: readonly Node[];
}

/** The calls of hystrix-go in a file, in the order of its text. */
export function hystrixCalls(scope: GoScope): HystrixCall[] {
  const names = [...scope.imports].filter(([, path]) => isHystrix(path)).map(([name]) => name);
  const isDotted = scope.dotImports.some(isHystrix);
  if (names.length === 0 && !isDotted) return [];
  return scope.root.descendantsOfType("call_expression").flatMap((node) => {
    const called = node?.childForFieldName("function");
    if (!node || !called) return [];
    const name = nameOf(called, scope, isDotted);
    const known = FUNCTIONS.find((each) => each === name);
    return known ? [{ function: known, node, args: argumentsOf(node) }] : [];
  });
}

/** The arguments of a call, without comments. */
export function argumentsOf(call: Node): Node[] {
  const list = call.childForFieldName("arguments")?.namedChildren ?? [];
  return list.flatMap((each) => (each && each.type !== "comment" ? [each] : []));
}

function nameOf(called: Node, scope: GoScope, isDotted: boolean): string | undefined {
  if (called.type === "identifier") {
    return isDotted && !scope.meaningOf(called) ? called.text : undefined;
  }
  if (called.type !== "selector_expression") return undefined;
  const operand = called.childForFieldName("operand");
  const path = operand?.type === "identifier" ? scope.packageOf(operand) : undefined;
  return path !== undefined && isHystrix(path)
    ? called.childForFieldName("field")?.text
    : undefined;
}
