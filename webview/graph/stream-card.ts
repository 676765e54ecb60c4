import { select, type Selection } from "d3";
import { commandStatus, isRefusing } from "../../simulator/protocol/command-status.ts";
import type { StreamCommand, StreamState } from "../../simulator/protocol/model.ts";
import { fitText, widthOf } from "../fit-text.ts";
import { formatCount } from "../format.ts";
import type { Moment } from "../part.ts";
import {
  commandShape,
  commandsWord,
  commandText,
  formatWord,
  sortedCommands,
  streamCondition,
} from "../stream-words.ts";
import { breakerWord } from "../words.ts";
import {
  CARD_PADDING,
  COMMAND_HEIGHT,
  commandGrid,
  commandPlace,
  sizeOf,
  type Measures,
} from "./measures.ts";
import type { StreamNode } from "./model.ts";
import { SHAPES } from "./shapes.ts";

type Group = Selection<SVGGElement, unknown, null, undefined>;

/** Draws the empty group of another program's commands. */
export function drawStreamCard(group: Group): void {
  group.append("rect").attr("class", "card").attr("rx", 8);
  group.append("path").attr("class", "icon").attr("transform", "translate(20,20)");
  group.append("text").attr("class", "card-title").attr("x", 33).attr("y", 25);
  group.append("text").attr("class", "card-subtitle").attr("x", 14).attr("y", 44);
  group.append("g").attr("class", "commands");
  group
    .append("text")
    .attr("class", "card-empty card-more")
    .attr("x", CARD_PADDING + 4);
  group.append("title");
}

/** Brings the group of a stream up to date. Everything in it is only looked at. */
export function updateStreamCard(
  group: Group,
  node: StreamNode,
  { view: { selection } }: Moment,
  measures: Measures,
): void {
  const { stream } = node;
  const { width, height } = sizeOf(node, measures);
  const grid = commandGrid(stream, measures);
  const condition = streamCondition(stream);
  const chosen = selection !== null && "stream" in selection && selection.stream === stream.id;
  const command = chosen ? selection.command : undefined;
  const selected = chosen && command === undefined;
  const stale = stream.status === "connected" ? "" : " stale";
  group
    .attr("class", `node stream${stale}${selected ? " selected" : ""}`)
    .attr("aria-pressed", String(selected))
    .attr("aria-label", describe(stream));
  group.select(".card").attr("width", width).attr("height", height);
  group
    .select(".icon")
    .attr("class", `icon shape-${condition.shape} tone-${condition.tone}`)
    .attr("d", SHAPES[condition.shape]);
  group.select(".card-title").text(fitText(stream.name, width - 33 - 14, 14, 600));
  const subtitle =
    stream.problem ??
    [formatWord(stream), condition.word, commandsWord(stream)].filter(Boolean).join(" · ");
  group.select(".card-subtitle").text(fitText(subtitle, width - 28, 11.5));
  group.select("title").text([stream.url, stream.problem].filter(Boolean).join("\n"));
  const none = grid.shown === 0;
  group
    .select(".card-more")
    .attr("y", none ? height - 26 : height - 12)
    .text(none ? "no command yet" : grid.more > 0 ? `and ${formatCount(grid.more)} more` : "");
  group
    .select<SVGGElement>(".commands")
    .selectAll<SVGGElement, StreamCommand>("g.command")
    .data(sortedCommands(stream).slice(0, grid.shown), ({ name }) => name)
    .join((enter) => {
      const cell = enter
        .append("g")
        .attr("tabindex", 0)
        .attr("role", "button")
        .attr("data-node", ({ name }) => `command:${stream.id}/${name}`);
      cell
        .append("rect")
        .attr("class", "instance-box")
        .attr("rx", 5)
        .attr("height", COMMAND_HEIGHT);
      cell.append("path").attr("class", "icon").attr("transform", "translate(14,14)");
      cell.append("text").attr("class", "instance-name").attr("x", 27).attr("y", 18);
      cell.append("text").attr("class", "command-state").attr("y", 18).attr("text-anchor", "end");
      cell.append("text").attr("class", "instance-note").attr("x", 27).attr("y", 34);
      cell.append("title");
      return cell;
    })
    .order()
    .each(function (one, i) {
      const { x, y } = commandPlace(i, grid);
      const cell = select<SVGGElement, unknown>(this).attr("transform", `translate(${x},${y})`);
      updateCommand(cell, one, grid.cellWidth, command === one.name);
    });
}

function updateCommand(
  cell: Selection<SVGGElement, unknown, null, undefined>,
  command: StreamCommand,
  width: number,
  selected: boolean,
): void {
  const status = commandStatus(command);
  const { word, tone } = breakerWord(status);
  const shape = commandShape(status);
  const text = commandText(command);
  cell
    .attr("class", `command instance tone-${tone}${selected ? " selected" : ""}`)
    .attr("aria-pressed", String(selected))
    .attr("aria-label", `Command ${command.name}, ${word}, ${text}, read only`);
  cell.select(".instance-box").attr("width", width);
  cell.select(".icon").attr("class", `icon shape-${shape}`).attr("d", SHAPES[shape]);
  const calm = status === "closed";
  cell
    .select(".command-state")
    .attr("x", width - 9)
    .text(calm ? "" : word);
  cell
    .select(".instance-name")
    .text(fitText(command.name, width - 36 - (calm ? 0 : widthOf(word, 11.5) + 8), 12.5));
  cell.select(".instance-note").text(fitText(text, width - 36, 11.5));
  cell.select("title").text(`${command.name}, ${word}\n${text}`);
}

/** One sentence for those who do not see the group. */
function describe(stream: StreamState): string {
  const open = Object.values(stream.commands).filter(isRefusing).length;
  return [
    `Stream ${stream.name} of another program`,
    streamCondition(stream).word,
    commandsWord(stream),
    open > 0 ? `${String(open)} open` : "",
    stream.problem ?? "",
  ]
    .filter(Boolean)
    .join(", ");
}
