import { durationText, smallShareText } from "../../simulator/protocol/figure-text.ts";
import { COMMAND_OUTCOMES, type CommandRun } from "../../simulator/protocol/command-run-model.ts";
import {
  countText,
  OUTCOME_TITLES,
  verdictOf,
  type CommandSimulation,
} from "./command-simulation.ts";
import { escapeHtml } from "../panel/escape-html.ts";
import { chartOf } from "./simulation-chart.ts";
import { choicesOf, type ChoiceLinks } from "./simulation-choices.ts";

/** Transitions that the page lists. */
const LISTED = 50;

/** The body of the page: what the breaker of a command made of its traffic, and why. */
export function simulationBody(simulation: CommandSimulation, links: ChoiceLinks): string {
  const { name, settings, notes, run, fromCode } = simulation;
  const because = fromCode.because.length > 0 ? `In the code: ${fromCode.because.join("; ")}.` : "";
  const asides = [
    ...notes.map((note) => `${note} The default was taken.`),
    ...(run.cut ? [`It ended after ${countText(run.calls)} calls: more are not simulated.`] : []),
  ];
  return `<h1>${escapeHtml(name)}: ${countText(run.calls)} calls in virtual time</h1>
<p class="verdict">${escapeHtml(verdictOf(simulation))}</p>
<p class="about">${escapeHtml(run.title)}. ${escapeHtml(settings)} ${escapeHtml(run.rule)}</p>
${asides.map((aside) => `<p class="note">${escapeHtml(aside)}</p>`).join("\n")}
${choicesOf(simulation, links)}
<p class="about">${escapeHtml(because)}</p>
${outcomes(run)}
${chartOf(run)}
${transitions(run)}`;
}

/** Counts, shares and how long callers waited; also the legend of the chart. */
function outcomes({ outcomes: counts, calls, p50, p95, p99 }: CommandRun): string {
  const items = COMMAND_OUTCOMES.map((outcome) => {
    const share = smallShareText(calls === 0 ? 0 : counts[outcome] / calls);
    return `<li><svg width="10" height="10" aria-hidden="true"><rect class="${outcome}" width="10" height="10" rx="2"/></svg> ${OUTCOME_TITLES[outcome]} <b>${countText(counts[outcome])}</b> ${share}</li>`;
  });
  const waits = [["p50", p50] as const, ["p95", p95] as const, ["p99", p99] as const].map(
    ([title, ms]) => `<li title="How long callers waited">${title} <b>${durationText(ms)}</b></li>`,
  );
  return `<ul class="figures">${[...items, ...waits].join("")}</ul>`;
}

function transitions({ transitions: all, transitionCount }: CommandRun): string {
  if (all.length === 0) return `<p class="about">Its state does not change.</p>`;
  const rows = all.slice(0, LISTED).map(({ at, from, to, reason, window }) => {
    const { errors, requests } = window;
    return `<tr><td class="number">${durationText(at)}</td>
<td class="states"><span class="mark state-${from}">${from}</span> → <span class="mark state-${to}">${to}</span></td>
<td class="why">${escapeHtml(reason)}</td>
<td class="number" title="Errors of the requests that the window held">${countText(errors)} of ${countText(requests)}</td></tr>`;
  });
  const left = transitionCount - rows.length;
  const more = left > 0 ? `<p class="about">… and ${countText(left)} more changes.</p>` : "";
  return `<div class="scroll"><table>
<thead><tr><th scope="col" class="number">After</th><th scope="col">State</th><th scope="col">Why</th><th scope="col" class="number">Errors</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>
${more}`;
}
