import { shareText } from "../../simulator/protocol/figure-text.ts";
import { select, type Selection } from "d3";
import { faultText } from "../../simulator/protocol/fault-text.ts";
import type { InstanceState } from "../../simulator/protocol/model.ts";
import type { Moment } from "../part.ts";
import { conditionOf, faultsOf, HEALTHY } from "../words.ts";
import { fitText, widthOf } from "../fit-text.ts";
import {
  CARD_HEADER,
  CARD_PADDING,
  DOT_PITCH,
  dotsPerLine,
  INSTANCE_GAP,
  INSTANCE_HEIGHT,
  MOST_ROWS,
  type Measures,
} from "./measures.ts";
import type { ServiceNode } from "./model.ts";
import { BOLT, SHAPES } from "./shapes.ts";

type Group = Selection<SVGGElement, unknown, null, undefined>;

/** Place of an instance in its card, relative to the card. */
export function instanceRect(index: number, count: number, measures: Measures) {
  if (count <= MOST_ROWS) {
    return {
      x: CARD_PADDING,
      y: CARD_HEADER + index * (INSTANCE_HEIGHT + INSTANCE_GAP),
      width: measures.serviceWidth - 2 * CARD_PADDING,
      height: INSTANCE_HEIGHT,
    };
  }
  const perLine = dotsPerLine(measures);
  return {
    x: CARD_PADDING + (index % perLine) * DOT_PITCH + 1,
    y: CARD_HEADER + Math.floor(index / perLine) * DOT_PITCH + 1,
    width: DOT_PITCH - 2,
    height: DOT_PITCH - 2,
  };
}

/** Draws the instances of a card: rows with their share of the picks, or dots when many. */
export function updateInstances(
  group: Group,
  { instances }: ServiceNode,
  moment: Moment,
  measures: Measures,
): void {
  const picks = instances.map((instance) => Math.max(0, moment.rates.picks(instance.id)));
  const sum = picks.reduce((a, b) => a + b, 0);
  group
    .selectAll<SVGGElement, InstanceState>("g.instance")
    .data([...instances], (instance) => instance.id)
    .join((enter) => {
      const row = enter
        .append("g")
        .attr("class", "instance")
        .attr("tabindex", 0)
        .attr("role", "button")
        .attr("data-node", (instance) => `instance:${instance.id}`);
      row.append("rect").attr("class", "instance-box").attr("rx", 5);
      row.append("path").attr("class", "icon");
      row.append("text").attr("class", "instance-name").attr("x", 27).attr("y", 18);
      row.append("path").attr("class", "instance-fault").attr("d", BOLT);
      row.append("rect").attr("class", "share-track").attr("rx", 2).attr("height", 4);
      row.append("rect").attr("class", "share").attr("rx", 2).attr("height", 4);
      row.append("text").attr("class", "instance-note").attr("y", 18).attr("text-anchor", "end");
      row.append("title");
      return row;
    })
    .each(function (instance, i) {
      const share = sum > 0 ? (picks[i] ?? 0) / sum : undefined;
      const rect = instanceRect(i, instances.length, measures);
      updateRow(select(this), instance, moment, rect, share, instances.length <= MOST_ROWS);
    });
}

function updateRow(
  row: Group,
  instance: InstanceState,
  moment: Moment,
  rect: { x: number; y: number; width: number; height: number },
  share: number | undefined,
  roomy: boolean,
): void {
  const condition = conditionOf(instance);
  const { selection } = moment.view;
  const selected =
    selection !== null && "instance" in selection && selection.instance === instance.id;
  const faults = faultsOf(moment.snapshot.faults, {
    service: instance.service,
    instance: instance.id,
  });
  const own = faults.filter((active) => "instance" in active.target);
  const state = condition.serving ? "" : " not-serving";
  const held = instance.debugged ? " held" : "";
  row
    .attr("class", `instance tone-${condition.tone}${state}${held}${selected ? " selected" : ""}`)
    .attr("transform", `translate(${String(rect.x)},${String(rect.y)})`)
    .attr("aria-pressed", String(selected));
  row.select(".instance-box").attr("width", rect.width).attr("height", rect.height);
  row
    .select(".icon")
    .attr("class", `icon shape-${condition.shape}`)
    .attr("d", SHAPES[condition.shape])
    .attr("transform", roomy ? "translate(14,14)" : `translate(${String(rect.width / 2)},9)`);
  const telling = condition.word !== HEALTHY;
  const note = telling ? condition.word : share === undefined ? "" : shareText(share);
  // The name goes before the note, which only a debugger or a hand makes long.
  const noteRoom =
    condition.serving || instance.debugged ? rect.width - 42 - widthOf(instance.id, 12.5) : 59;
  const shownNote = fitNote(note, noteRoom);
  const faulty = own.length > 0;
  // The bar gives up some of its width to a fault's mark, the name never does.
  const barWidth = Math.max(24, rect.width * 0.21 - (faulty ? 18 : 4));
  const barX = rect.width - barWidth - 50;
  const nameEnd = telling ? rect.width - Math.max(59, widthOf(shownNote, 11.5)) - 9 : barX;
  const markX = nameEnd - 11;
  const nameRoom = nameEnd - 27 - (faulty ? 20 : 6);
  const name = fitText(instance.id, nameRoom, 12.5);
  row.select(".instance-name").text(roomy ? name : "");
  row
    .select(".instance-fault")
    .attr("display", own.length > 0 ? null : "none")
    .attr("transform", roomy ? `translate(${markX},14) scale(0.95)` : "translate(15,4) scale(0.7)");
  const bars = roomy && !telling ? null : "none";
  row
    .select(".share-track")
    .attr("display", bars)
    .attr("x", barX)
    .attr("y", 12)
    .attr("width", barWidth);
  row
    .select(".share")
    .attr("display", bars)
    .attr("x", barX)
    .attr("y", 12)
    .attr("width", barWidth * (share ?? 0));
  row
    .select(".instance-note")
    .attr("x", rect.width - 9)
    .text(roomy ? shownNote : "");
  const words = [
    instance.id,
    condition.word,
    share === undefined ? "" : `${shareText(share)} of the picks`,
    ...faults.map((active) => faultText(active.fault)),
  ].filter(Boolean);
  row.select("title").text(words.join(", "));
  row.attr("aria-label", `Instance ${words.join(", ")}`);
}

/** The note, or its last word where all of it would cover the name. */
function fitNote(note: string, room: number): string {
  return widthOf(note, 11.5) <= room ? note : (note.split(" ").at(-1) ?? note);
}
