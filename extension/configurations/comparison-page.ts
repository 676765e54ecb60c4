import { durationText, smallShareText } from "../../simulator/protocol/figure-text.ts";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import type { BalancerId, ServiceSpec } from "../../simulator/protocol/spec.ts";
import { escapeHtml } from "../panel/escape-html.ts";
import {
  countText,
  meanMs,
  ranked,
  verdictOf,
  type Answers,
  type Comparison,
  type Run,
} from "./comparison.ts";

/** Addresses of what the page's links do. */
export interface ComparisonLinks {
  readonly traffic: string;
  readonly algorithms: string;
  /** Runs the servers with an algorithm. */
  use(algorithm: BalancerId): string;
}

/** Width of a bar of shares, in units of its own drawing. */
const BAR = 200;
/** Series colours of VS Code's charts; more servers begin again. */
const COLOURS = 6;

/** The body of the page: what each algorithm made of the same traffic, best first. */
export function comparisonBody(comparison: Comparison, links: ComparisonLinks): string {
  const { name, traffic, spec, own } = comparison;
  const runs = ranked(comparison);
  const slowest = Math.max(...runs.map(({ p99 }) => p99), 1e-9);
  const rows = runs.map((run) => row(run, { own, slowest, links }));
  return `<h1>${escapeHtml(name)}: ${countText(runs.length)} algorithms, the same traffic</h1>
<p class="verdict">${escapeHtml(verdictOf(comparison))}</p>
<p class="traffic">${countText(traffic.calls)} calls in virtual time, ${countText(traffic.perSecond)} a second,
from ${countText(traffic.clients)} clients; ${escapeHtml(answersText(spec, traffic.answers))}.
<a href="${escapeHtml(links.traffic)}">Change traffic…</a> <a href="${escapeHtml(links.algorithms)}">Choose algorithms…</a></p>
${legend(runs[0], spec)}
<div class="scroll"><table>
<thead><tr><th scope="col">Algorithm</th><th scope="col" title="Share of the attempts of each server">Shares</th>
<th scope="col" class="number" title="Half the sum of |share − ideal share|: 0 is as the weights say">Imbalance</th>
<th scope="col" class="number middle">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th>
<th scope="col" class="tail"><span class="hidden">p99 as a bar</span></th>
<th scope="col" class="number rare" title="Attempts beyond the first of each call">Retries</th>
<th scope="col" class="number" title="Calls that ended without a success">Failed</th><th scope="col"><span class="hidden">Use</span></th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
}

function row(
  run: Run,
  { own, slowest, links }: { own: BalancerId; slowest: number; links: ComparisonLinks },
): string {
  const { algorithm, imbalance, p50, p95, p99, retries, failed } = run;
  const title = BALANCER_TITLES[algorithm];
  const isOwn = algorithm === own;
  const mark = isOwn ? ` <span class="own">now</span>` : "";
  const number = (text: string, more = "") => `<td class="number ${more}">${text}</td>`;
  const length = ((p99 / slowest) * 60).toFixed(1);
  return `<tr${isOwn ? ' class="current"' : ""}><th scope="row">${escapeHtml(title)}${mark}</th>
<td>${sharesBar(run)}</td>
${number(smallShareText(imbalance))}${number(durationText(p50), "middle")}${number(durationText(p95))}${number(durationText(p99))}
<td class="tail"><svg width="60" height="8" aria-hidden="true"><rect width="${length}" height="8" rx="2"/></svg></td>
${number(countText(retries), "rare")}${number(countText(failed), failed > 0 ? "bad" : "")}
<td><a href="${escapeHtml(links.use(algorithm))}" title="Simulate it with this algorithm">Run</a></td></tr>`;
}

/** The shares as one bar, a piece for each server, in the order of the servers. */
function sharesBar({ shares }: Run): string {
  const entries = Object.entries(shares);
  const words = entries.map(([id, share]) => `${id} ${smallShareText(share)}`).join(", ");
  let left = 0;
  const pieces = entries.map(([, share], index) => {
    const width = share * BAR;
    const piece = `<rect class="${colour(index)}" x="${left.toFixed(1)}" width="${Math.max(0, width - 1).toFixed(1)}" height="12"/>`;
    left += width;
    return piece;
  });
  return `<svg class="shares" viewBox="0 0 ${String(BAR)} 12" preserveAspectRatio="none" role="img" aria-label="${escapeHtml(words)}"><title>${escapeHtml(words)}</title>${pieces.join("")}</svg>`;
}

function legend(run: Run | undefined, spec: ServiceSpec): string {
  const items = Object.keys(run?.shares ?? {}).map((id, index) => {
    const server = spec.balancer.servers?.[index];
    const weight = server && server.weight !== 1 ? ` weight ${String(server.weight)}` : "";
    const backup = server?.backup ? " backup" : "";
    const down = server?.down ? " down" : "";
    return `<li><svg width="10" height="10" aria-hidden="true"><rect class="${colour(index)}" width="10" height="10" rx="2"/></svg> ${escapeHtml(id + weight + backup + down)}</li>`;
  });
  return `<ul class="legend">${items.join("")}</ul>`;
}

const colour = (index: number) => `series-${String(index % COLOURS)}`;

/** How long the servers answer, and how that varies. */
function answersText(spec: ServiceSpec, answers: Answers): string {
  const count = Math.max(1, spec.balancer.servers?.length ?? spec.instances);
  const means = Array.from({ length: count }, (_, index) => meanMs(spec, index));
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const mean =
    least === most ? durationText(least) : `${durationText(least)} to ${durationText(most)}`;
  if (answers === "as-configured") return `servers answer in ${mean} on average, as configured`;
  const varied = `servers answer in ${mean} on average, now quicker, now slower (exponential)`;
  return answers === "varied"
    ? varied
    : `${varied}; to tell the algorithms apart, the first is five times as slow as it should be`;
}
