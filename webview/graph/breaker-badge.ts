import { countdownText } from "../../simulator/protocol/figure-text.ts";
import { arc, type Selection } from "d3";
import type { BreakerState, BreakerStatus, ServiceState } from "../../simulator/protocol/model.ts";
import { waitOf } from "../breaker-wait.ts";
import { breakerWord } from "../words.ts";
import { PADLOCK } from "./shapes.ts";

type Group = Selection<SVGGElement, unknown, null, undefined>;

const RADIUS = 11;
const ring = arc();
const slice = (from: number, to: number) =>
  ring({ innerRadius: RADIUS - 2.2, outerRadius: RADIUS, startAngle: from, endAngle: to }) ?? "";

/** The switch inside the ring: conducting when closed, lifted when open, between when half-open. */
const SWITCHES: Readonly<Record<BreakerStatus, string>> = {
  closed: "M-5.5,0H5.5",
  "held-closed": "M-5.5,0H5.5",
  "half-open": "M-5.5,0L4.2,-3.4",
  open: "M-5.5,1.5L2.6,-5.6",
  "forced-open": "M-5.5,1.5L2.6,-5.6",
};

/** Draws a breaker: a switch in a ring that fills up while it waits for its probe, or is tripped. */
export function drawBreakerBadge(group: Group): void {
  group.append("path").attr("class", "badge-track");
  group.append("path").attr("class", "badge-ring");
  group.append("path").attr("class", "badge-switch");
  group
    .append("path")
    .attr("class", "badge-lock")
    .attr("d", PADLOCK)
    .attr("transform", "translate(9,8) scale(0.95)");
  group.append("text").attr("class", "badge-text").attr("x", -17).attr("y", -2);
}

/** Updates what {@link drawBreakerBadge} drew, with a {@link badgeText}. */
export function updateBreakerBadge(
  group: Group,
  { breaker, spec }: Pick<ServiceState, "breaker" | "spec">,
  now: number,
  text: string,
): void {
  group.attr("display", breaker ? null : "none");
  if (!breaker) return;
  const { status } = breaker;
  const byHand = status === "forced-open" || status === "held-closed";
  const wait = waitOf(breaker, spec.breaker);
  const ms = wait ? wait.until - wait.since : 0;
  const done = wait && ms > 0 ? Math.min(1, Math.max(0, (now - wait.since) / ms)) : 1;
  group.attr("class", `breaker tone-${breakerWord(status).tone} is-${status}`);
  group.select(".badge-track").attr("d", slice(0, 2 * Math.PI));
  group.select(".badge-ring").attr("d", slice(0, 2 * Math.PI * done));
  group.select(".badge-switch").attr("d", SWITCHES[status]);
  group.select(".badge-lock").attr("display", byHand ? null : "none");
  group.select(".badge-text").text(text);
}

/**
 * `open 1.9s`, `half-open`, `forced 12s`; empty when all is well. Short: `12s`, where the word,
 * which switch and lock tell as well, would take the room of the name.
 */
export function badgeText(breaker: BreakerState, now: number, short = false): string {
  if (breaker.status === "closed") return "";
  if (breaker.until !== undefined) {
    const left = countdownText(breaker.until - now);
    return short ? left : `${breaker.status === "forced-open" ? "forced" : "held"} ${left}`;
  }
  if (breaker.status === "open" && breaker.probeAt !== undefined) {
    if (breaker.probeAt <= now) return "may probe";
    const left = countdownText(breaker.probeAt - now);
    return short ? left : `open ${left}`;
  }
  return breakerWord(breaker.status).word;
}
