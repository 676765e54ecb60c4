import { select } from "d3";
import { commandStatus } from "../../simulator/protocol/command-status.ts";
import type { StreamCommand, StreamPool } from "../../simulator/protocol/model.ts";
import { button } from "../controls/button.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatClock, formatCount } from "../format.ts";
import { shapeIcon } from "../graph/shape-icon.ts";
import type { Desk, Part } from "../part.ts";
import {
  commandsWord,
  commandShape,
  commandText,
  formatWord,
  sortedCommands,
  streamCondition,
} from "../stream-words.ts";
import { breakerWord } from "../words.ts";
import { factsList } from "./facts-list.ts";
import { section } from "./section.ts";

/** An attached stream: its commands and thread pools, read only. */
export function streamInspector(id: string, desk: Desk): Part {
  const title = element("h2");
  const icon = shapeIcon();
  const word = element("span");
  const problem = element("p", { class: "muted", role: "status" });
  const detach = button({
    label: "Detach",
    title: "Look at this stream no longer; the program goes on",
    run: () => {
      desk.run("detach the stream", () => desk.client.request("detachStream", { id }));
    },
  });
  const facts = factsList();
  const commands = element("ul", { class: "commands-list" });
  const commandBlock = section("Commands", commands);
  const pools = element("tbody");
  const poolBlock = section("Thread pools", poolTable(pools));
  const root = element(
    "div",
    {},
    title,
    element("p", { class: "condition" }, icon.element, word),
    problem,
    element("div", { class: "actions" }, detach),
    facts.element,
    commandBlock.element,
    poolBlock.element,
  );
  const icons = new WeakMap<Element, ReturnType<typeof shapeIcon>>();
  const item = ({ name }: StreamCommand): HTMLLIElement => {
    const mark = shapeIcon();
    const open = element("button", { type: "button", class: "link" });
    open.addEventListener("click", () => {
      desk.select({ stream: id, command: name });
    });
    const state = element("span", { class: "pill" });
    const built = element("li", {}, mark.element, open, state, element("span", { class: "muted" }));
    icons.set(built, mark);
    return built;
  };
  let drawn: unknown;
  return {
    element: root,
    update({ snapshot }) {
      const stream = snapshot.streams[id];
      if (!stream || stream === drawn) return;
      drawn = stream;
      const condition = streamCondition(stream);
      setText(title, stream.name);
      icon.update(condition.shape, condition.tone);
      setText(word, `${condition.word}, read only`);
      setText(problem, stream.problem ?? "");
      setShown(problem, stream.problem !== undefined);
      facts.update([
        ["address", stream.url],
        ...(stream.instance === undefined
          ? []
          : [["instance", stream.instance] as [string, string]]),
        ["format", formatWord(stream) ?? "not known yet"],
        ["since", formatClock(stream.since)],
      ]);
      const left =
        stream.leftOut > 0 ? `, the first ${formatCount(Object.keys(stream.commands).length)}` : "";
      setText(commandBlock.heading, `${commandsWord(stream)}${left}`);
      select(commands)
        .selectAll<HTMLLIElement, StreamCommand>("li")
        .data(sortedCommands(stream), ({ name }) => name)
        .join((enter) => enter.append(item))
        .order()
        .each(function (command) {
          const status = commandStatus(command);
          const { word: state, tone } = breakerWord(status);
          icons.get(this)?.update(commandShape(status), tone);
          const [, name, pill, text] = this.children;
          if (name) setText(name, command.name);
          if (pill) {
            setText(pill, state);
            setAttribute(pill, "class", `pill tone-${tone}`);
            setAttribute(pill, "hidden", status === "closed");
          }
          if (text) setText(text, commandText(command));
        });
      const all = Object.values(stream.pools);
      setShown(poolBlock.element, all.length > 0);
      drawPools(pools, all);
    },
  };
}

const POOL_COLUMNS = ["Pool", "Active", "Size", "Queued", "Executed", "Rejected"];

function poolTable(body: HTMLElement): HTMLElement {
  const head = element(
    "tr",
    {},
    ...POOL_COLUMNS.map((text, i) =>
      element("th", { scope: "col", class: i > 0 ? "figure" : undefined }, text),
    ),
  );
  return element(
    "div",
    { class: "figures scroll" },
    element("table", {}, element("thead", {}, head), body),
  );
}

function drawPools(body: HTMLElement, pools: readonly StreamPool[]): void {
  select(body)
    .selectAll<HTMLTableRowElement, StreamPool>("tr")
    .data([...pools], ({ name }) => name)
    .join((enter) =>
      enter.append(() =>
        element(
          "tr",
          {},
          element("th", { scope: "row" }),
          ...POOL_COLUMNS.slice(1).map(() => element("td", { class: "figure" })),
        ),
      ),
    )
    .each(function ({ name, active, size, maximum, queued, executed, rejected }) {
      const most =
        maximum > size ? `${formatCount(size)}–${formatCount(maximum)}` : formatCount(size);
      [
        name,
        formatCount(active),
        most,
        formatCount(queued),
        formatCount(executed),
        formatCount(rejected),
      ].forEach((text, i) => {
        const cell = this.cells[i];
        if (cell) setText(cell, text);
      });
    });
}
