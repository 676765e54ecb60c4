import { durationText } from "../../simulator/protocol/figure-text.ts";
import type { Selection } from "d3";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import { pickersText } from "../../simulator/protocol/engine-titles.ts";
import { faultText } from "../../simulator/protocol/fault-text.ts";
import type { ServiceState } from "../../simulator/protocol/model.ts";
import { formatName } from "../format.ts";
import type { Moment } from "../part.ts";
import { breakerWord, faultsOf } from "../words.ts";
import { badgeText, drawBreakerBadge, updateBreakerBadge } from "./breaker-badge.ts";
import { fitText, widthOf } from "../fit-text.ts";
import { updateInstances } from "./instance-rows.ts";
import { CARD_PADDING, sizeOf, type Measures } from "./measures.ts";
import type { ServiceNode } from "./model.ts";
import { BOLT } from "./shapes.ts";

type Group = Selection<SVGGElement, unknown, null, undefined>;

/** Draws an empty service card. */
export function drawServiceCard(group: Group): void {
  group.append("rect").attr("class", "card").attr("rx", 8);
  group.append("text").attr("class", "card-title").attr("x", 14).attr("y", 25);
  const subtitle = group.append("g").attr("class", "card-algorithm");
  subtitle.append("title");
  subtitle.append("text").attr("class", "card-subtitle").attr("x", 14).attr("y", 44);
  const fault = group.append("g").attr("class", "fault-badge");
  fault.append("circle").attr("r", 8);
  fault.append("path").attr("d", BOLT).attr("transform", "scale(0.9)");
  fault.append("title");
  drawBreakerBadge(group.append("g").attr("class", "breaker-place").append("g"));
  group.append("g").attr("class", "instances");
  group
    .append("text")
    .attr("class", "card-empty")
    .attr("x", CARD_PADDING + 4);
}

/** Brings a service card up to date. */
export function updateServiceCard(
  group: Group,
  node: ServiceNode,
  moment: Moment,
  measures: Measures,
): void {
  const { service, instances } = node;
  const { width, height } = sizeOf(node, measures);
  const { breaker } = service;
  const { selection } = moment.view;
  const selected =
    selection !== null && "service" in selection && selection.service === service.name;
  group
    .attr("class", `node service${selected ? " selected" : ""}`)
    .attr("aria-label", describe(node, moment))
    .attr("aria-pressed", String(selected));
  group.select(".card").attr("width", width).attr("height", height);
  const faults = Object.values(moment.snapshot.faults).filter(
    ({ target }) => "service" in target && target.service === service.name,
  );
  const roomBeside = (text: string) => {
    // Digits count down; the name must not tremble with them.
    const taken = text === "" ? 0 : widthOf(text.replace(/\d/g, "0"), 11.5) + 10;
    return width - 28 - (breaker ? 30 : 0) - taken;
  };
  const words = breaker ? badgeText(breaker, moment.now) : "";
  const fits = widthOf(service.name, 14, 600) <= roomBeside(words);
  const state = !breaker || fits ? words : badgeText(breaker, moment.now, true);
  group.select(".card-title").text(fitText(service.name, roomBeside(state), 14, 600));
  const p95 = moment.snapshot.counters.services[service.name]?.p95 ?? 0;
  const subtitle = [formatName(service.algorithm), p95 > 0 ? `p95 ${durationText(p95)}` : ""];
  group
    .select(".card-subtitle")
    .text(fitText(subtitle.filter(Boolean).join(" · "), width - 28 - (breaker ? 30 : 0), 11.5));
  group.select(".card-algorithm > title").text(algorithmText(service));
  const place = group
    .select<SVGGElement>(".breaker-place")
    .attr("transform", `translate(${String(width - 25)},27)`);
  updateBreakerBadge(place.select<SVGGElement>("g"), service, moment.now, state);
  const fault = group
    .select<SVGGElement>(".fault-badge")
    .attr("display", faults.length > 0 ? null : "none")
    .attr("transform", `translate(${String(width)},0)`);
  fault.select("title").text(faults.map((active) => faultText(active.fault)).join(", "));
  updateInstances(group.select<SVGGElement>(".instances"), node, moment, measures);
  group
    .select(".card-empty")
    .attr("y", height - 18)
    .text(instances.length === 0 ? "scaled to 0" : "");
}

/** The algorithm by its program's name, and who runs it when that is not only our own code. */
function algorithmText({ algorithm, spec }: ServiceState): string {
  return [BALANCER_TITLES[algorithm], pickersText(spec.balancer.engine)].filter(Boolean).join("\n");
}

/** One sentence for those who do not see the card. */
function describe({ service, instances }: ServiceNode, moment: Moment): string {
  const healthy = instances.filter((i) => i.phase === "running" && i.health === "passing").length;
  const faults = faultsOf(moment.snapshot.faults, { service: service.name });
  return [
    `Service ${service.name}`,
    `${String(healthy)} of ${String(instances.length)} healthy`,
    pickersText(service.spec.balancer.engine)?.replace(/\.$/, "") ?? "",
    service.breaker ? `breaker ${breakerWord(service.breaker.status).word}` : "",
    faults.length > 0 ? `faults: ${faults.map((f) => faultText(f.fault)).join(", ")}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}
