import { durationText } from "../../simulator/protocol/figure-text.ts";
import type { Selection } from "d3";
import type { Moment } from "../part.ts";
import { fitText } from "../fit-text.ts";
import { sizeOf, type Measures } from "./measures.ts";
import type { CallerKind, GraphNode } from "./model.ts";

type Group = Selection<SVGGElement, unknown, null, undefined>;

const CALLER_WORDS: Readonly<Record<CallerKind, string>> = {
  editor: "Editor",
  load: "Load",
  external: "External",
};
const CALLER_TITLES: Readonly<Record<CallerKind, string>> = {
  editor: "Calls made from the editor",
  load: "Calls made by the load generator",
  external: "Calls made by anyone else through the gateway",
};

/** Draws a caller or the gateway, still empty. */
export function drawPlainNode(group: Group): void {
  group.append("rect").attr("class", "card");
  group.append("text").attr("class", "card-title").attr("text-anchor", "middle");
  group.append("text").attr("class", "card-subtitle").attr("text-anchor", "middle");
  group.append("title");
}

/** Brings a caller or the gateway up to date. */
export function updatePlainNode(
  group: Group,
  node: Extract<GraphNode, { kind: "caller" | "gateway" }>,
  moment: Moment,
  measures: Measures,
): void {
  const { width, height } = sizeOf(node, measures);
  group
    .select(".card")
    .attr("width", width)
    .attr("height", height)
    .attr("rx", node.kind === "caller" ? height / 2 : 8);
  const middle = width / 2;
  const title = group.select(".card-title").attr("x", middle);
  const subtitle = group.select(".card-subtitle").attr("x", middle);
  if (node.kind === "caller") {
    const running = node.caller === "load" && Object.keys(moment.snapshot.loads).length > 0;
    group.attr("class", `node caller${running ? " running" : ""}`);
    title.attr("y", 23).text(CALLER_WORDS[node.caller]);
    subtitle.text("");
    group.select("title").text(CALLER_TITLES[node.caller]);
    group.attr("aria-label", CALLER_TITLES[node.caller]);
    return;
  }
  const address = node.address?.replace(/^https?:\/\//, "") ?? "not open";
  group.attr("class", "node gateway").attr("aria-label", `Gateway at ${address}`);
  title.attr("y", 31).text("gateway");
  subtitle.attr("y", 51).text(fitText(address, width - 16, 11.5));
  const slowest = Math.max(
    0,
    ...Object.values(moment.snapshot.counters.services).map((s) => s.p99),
  );
  group.select("title").text(`POST /<service> at ${address}. Slowest p99 ${durationText(slowest)}`);
}
