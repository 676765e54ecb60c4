import type { Node } from "@vscode/tree-sitter-wasm";
import { evaluate } from "./go-evaluate.ts";
import type { GoScope } from "./go-scope.ts";
import { argumentsOf } from "./hystrix-calls.ts";

/**
 * The share, of 1, of the runs of a function that return an error, where its code says so plainly:
 * `if rand.Float64() < 0.3 { return err }`, or returns that are all `nil`, or all an error.
 */
export function errorRateIn(body: Node, scope: GoScope): number | undefined {
  for (const branch of within(body, "if_statement")) {
    const condition = branch.childForFieldName("condition");
    const then = branch.childForFieldName("consequence");
    const chance = condition && chanceOf(condition, scope);
    if (chance === undefined || chance === null || !then) continue;
    if (returnsOf(then).some(isError)) return chance;
  }
  const returns = returnsOf(body);
  if (returns.length === 0) return undefined;
  if (returns.every((each) => each.text === "nil")) return 0;
  return returns.every(isError) ? 1 : undefined;
}

/** How likely a condition such as `rand.Float64() < 0.3` or `rand.Intn(10) == 0` is. */
function chanceOf(condition: Node, scope: GoScope): number | undefined {
  if (condition.type !== "binary_expression") return undefined;
  const left = condition.childForFieldName("left");
  const right = condition.childForFieldName("right");
  const drawn = left && randomCall(left, scope);
  const limit = right && evaluate(right, scope);
  if (!drawn || !limit || limit.kind === "unknown" || limit.kind === "string") return undefined;
  const share = Math.min(1, Math.max(0, Number(limit.value) / drawn.values));
  switch (condition.childForFieldName("operator")?.text) {
    case "<":
      return share;
    case ">=":
      return 1 - share;
    case "==":
      return drawn.whole ? 1 / drawn.values : undefined;
    default:
      return undefined;
  }
}

/** `rand.Float64()`, between 0 and 1, or `rand.Intn(n)`, of n whole numbers. */
function randomCall(node: Node, scope: GoScope): { values: number; whole: boolean } | undefined {
  const called = node.type === "call_expression" ? node.childForFieldName("function") : null;
  const operand = called?.childForFieldName("operand");
  if (called?.type !== "selector_expression" || operand?.type !== "identifier") return undefined;
  if (!/^math\/rand(\/v2)?$/.test(scope.packageOf(operand) ?? "")) return undefined;
  const field = called.childForFieldName("field")?.text ?? "";
  if (/^Float(32|64)$/.test(field)) return { values: 1, whole: false };
  const [most] = argumentsOf(node);
  if (!/^(Intn|IntN|Int31n|Int63n|N)$/.test(field) || !most) return undefined;
  const value = evaluate(most, scope);
  return value.kind === "integer" && value.value > 0n
    ? { values: Number(value.value), whole: true }
    : undefined;
}

/** The last expressions of the returns in a piece of code. */
function returnsOf(body: Node): Node[] {
  return within(body, "return_statement").flatMap((statement) => {
    const list = statement.namedChild(0);
    const last = list?.type === "expression_list" ? list.namedChildren.at(-1) : list;
    return last ? [last] : [];
  });
}

/** Made on the spot, so that it is certainly one. */
const isError = (node: Node) => /^(errors\.New|fmt\.Errorf|errors\.Errorf)\(/.test(node.text);

/** Descendants of a kind that are not part of another function. */
function within(body: Node, type: string): Node[] {
  return body.descendantsOfType(type).flatMap((each) => {
    let node = each?.parent;
    while (node && !node.equals(body) && node.type !== "func_literal") node = node.parent;
    return each && node?.equals(body) ? [each] : [];
  });
}
