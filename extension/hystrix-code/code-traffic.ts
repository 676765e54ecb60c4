import { formatDuration, formatPercentage } from "../../simulator/protocol/units.ts";
import type { Node } from "@vscode/tree-sitter-wasm";
import { errorRateIn } from "./code-errors.ts";
import { loopAround, timesOf, type CodeLoop } from "./code-loop.ts";
import { bodyOf, sleepsIn, tickerMs } from "./code-sleep.ts";
import type { GoScope } from "./go-scope.ts";
import type { HystrixCall } from "./hystrix-calls.ts";
import type { CallPattern, CodeTraffic } from "./hystrix-code.ts";

/** What the code around a call, and the function that it runs, say of the traffic. */
export function trafficOf(call: HystrixCall, run: Node | undefined, scope: GoScope): CodeTraffic {
  const body = run && bodyOf(run, scope);
  const slept = body && sleepsIn(body, scope);
  const errorRate = body && errorRateIn(body, scope);
  const loop = loopAround(call.node, scope);
  const pattern = loop && patternOf(call, loop, scope);
  return {
    ...(pattern && { pattern: pattern.pattern }),
    ...(pattern?.calls !== undefined && { calls: pattern.calls }),
    ...(slept && slept.lines.length > 0 && { latencyMs: slept.ms }),
    ...(errorRate !== undefined && { errorRate }),
    because: [
      ...(pattern?.because ?? []),
      ...(slept && slept.lines.length > 0
        ? [`it sleeps ${exactText(slept.ms)}, ${at(slept.lines)}`]
        : []),
      ...(errorRate !== undefined
        ? [`its returns fail ${formatPercentage(errorRate)} of the time`]
        : []),
    ],
  };
}

interface FoundPattern {
  readonly pattern: CallPattern;
  readonly calls?: number;
  readonly because: string[];
}

function patternOf(call: HystrixCall, loop: CodeLoop, scope: GoScope): FoundPattern | undefined {
  const detached = loop.detached || !isAwaited(call);
  const times = timesOf(loop, scope);
  const line = loop.node.startPosition.row + 1;
  const ticks = tickOf(loop, scope);
  const pauses = sleepsIn(loop.body, scope);
  const pauseMs = ticks ?? pauses.ms;
  const calls = times === undefined ? {} : { calls: times };
  if (pauseMs > 0 && (detached || ticks !== undefined)) {
    const because = [`the loop on line ${String(line)} starts one every ${exactText(pauseMs)}`];
    return { pattern: { kind: "rate", perSecond: 1000 / pauseMs }, ...calls, because };
  }
  if (detached) {
    // All at once: as many loops as there are calls, each of which calls once.
    if (times === undefined || times === 0) return undefined;
    const because = [`the loop on line ${String(line)} starts ${String(times)} at once`];
    return { pattern: { kind: "loops", loops: times, pauseMs: 0 }, calls: times, because };
  }
  const loops = workers(loop, scope);
  const paused = pauseMs > 0 ? `pauses ${exactText(pauseMs)} between calls` : "does not pause";
  const because = [`the loop on line ${String(line)} ${paused}`];
  if (loops > 1) because.push(`${String(loops)} such loops run at the same time`);
  return {
    pattern: { kind: "loops", loops, pauseMs },
    ...(times !== undefined && { calls: times * loops }),
    because,
  };
}

/** How many of a loop run: it stands in a `go` that another loop starts so often. */
function workers(loop: CodeLoop, scope: GoScope): number {
  const outer = loopAround(loop.node, scope);
  const times = outer?.detached ? timesOf(outer, scope) : undefined;
  return times === undefined || times === 0 ? 1 : times;
}

/** Whether the code waits for the end of the command. */
function isAwaited({ function: name, node }: HystrixCall): boolean {
  if (name === "Do" || name === "DoC") return true;
  if (node.parent?.type === "unary_expression" && node.parent.text.startsWith("<-")) return true;
  const declaration = node.parent?.parent;
  const kept = declaration?.childForFieldName("left")?.namedChild(0)?.text;
  if (kept === undefined) return false;
  let around: Node | null = node;
  while (around && !["func_literal", "function_declaration"].includes(around.type)) {
    around = around.parent;
  }
  const receives = around?.descendantsOfType("unary_expression") ?? [];
  return receives.some((each) => each?.text.replaceAll(/\s/g, "") === `<-${kept}`);
}

/** The period of a loop over a ticker: `for range time.Tick(…)`, `for range ticker.C`. */
function tickOf({ node }: CodeLoop, scope: GoScope): number | undefined {
  const head = node.namedChild(0);
  const right = head?.type === "range_clause" ? head.childForFieldName("right") : null;
  return right ? tickerMs(right, scope) : undefined;
}

function at(lines: readonly number[]): string {
  const unique = [...new Set(lines)];
  return `${unique.length > 1 ? "lines" : "line"} ${unique.join(" and ")}`;
}

/** To the microsecond: it is what the code says. */
const exactText = (ms: number) => formatDuration(Math.round(ms * 1000) / 1000);
