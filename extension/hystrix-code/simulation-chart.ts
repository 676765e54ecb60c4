import { durationText } from "../../simulator/protocol/figure-text.ts";
import { COMMAND_OUTCOMES, type CommandRun } from "../../simulator/protocol/command-run-model.ts";
import { OUTCOME_TITLES } from "./command-simulation.ts";

/** The drawing's own units; it is stretched to the page's width. */
const WIDTH = 800;
const HEIGHT = 160;
const BAND = 14;
const GAP = 6;
/** From the bottom up: what went well first. */
const STACK = COMMAND_OUTCOMES;

/** Outcomes over time as stacked bars, and the breaker's states as a band above them. */
export function chartOf(run: CommandRun): string {
  const total = Math.max(run.elapsedMs, run.bucketMs);
  const x = (ms: number) => (Math.min(ms, total) / total) * WIDTH;
  const words = `Outcomes of calls in steps of ${durationText(run.bucketMs)}, and the states of the breaker`;
  return `<div class="chart"><svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT + BAND + GAP)}" preserveAspectRatio="none" role="img" aria-label="${words}">
${band(run, x, total)}
${bars(run, x)}
</svg>
${axis(total)}</div>`;
}

function band({ states }: CommandRun, x: (ms: number) => number, total: number): string {
  return states
    .map(({ at, status }, index) => {
      const until = states[index + 1]?.at ?? total;
      const width = Math.max(1, x(until) - x(at));
      const words = `${status} from ${durationText(at)} to ${durationText(until)}`;
      return `<rect class="state-${status}" x="${x(at).toFixed(1)}" width="${width.toFixed(1)}" height="${String(BAND)}"><title>${words}</title></rect>`;
    })
    .join("");
}

function bars({ buckets, bucketMs }: CommandRun, x: (ms: number) => number): string {
  const sums = buckets.map((bucket) => STACK.reduce((sum, outcome) => sum + bucket[outcome], 0));
  const most = Math.max(1, ...sums);
  return buckets
    .map((bucket, index) => {
      const from = index * bucketMs;
      const width = Math.max(0.5, x(from + bucketMs) - x(from) - 1);
      let bottom = HEIGHT + BAND + GAP;
      const pieces = STACK.map((outcome) => {
        const height = (bucket[outcome] / most) * HEIGHT;
        if (height === 0) return "";
        bottom -= height;
        return `<rect class="${outcome}" x="${x(from).toFixed(1)}" y="${bottom.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}"/>`;
      });
      const words = STACK.filter((outcome) => bucket[outcome] > 0).map(
        (outcome) => `${OUTCOME_TITLES[outcome]} ${bucket[outcome].toLocaleString("en")}`,
      );
      return `<g><title>${durationText(from)}: ${words.join(", ")}</title>${pieces.join("")}</g>`;
    })
    .join("\n");
}

/** Five times below the bars. */
function axis(total: number): string {
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<span>${share === 0 ? "0" : durationText(share * total)}</span>`,
  );
  return `<div class="axis" aria-hidden="true">${ticks.join("")}</div>`;
}
