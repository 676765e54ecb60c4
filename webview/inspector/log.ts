import { select } from "d3";
import { element, setShown, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { isExternal } from "../words.ts";
import { Poll } from "./poll.ts";
import { section } from "./section.ts";

interface Line {
  readonly at: number;
  readonly stream: string;
  readonly line: string;
}

const EVERY_MS = 1000;
const MOST_LINES = 200;

/** What the instance printed; follows the end unless the user scrolled up. */
export function logBlock(instance: string, desk: Desk): Part {
  const poll = new Poll(
    EVERY_MS,
    () => desk.client.request("instanceLog", { instance }),
    desk.redraw,
  );
  const list = element("ol", { class: "log", tabindex: 0, "aria-label": `Log of ${instance}` });
  const none = element("p", { class: "muted" });
  const { element: root } = section("Log", list, none);
  let drawn: readonly Line[] | undefined;
  return {
    element: root,
    update({ paused, snapshot }) {
      if (!paused) poll.tick();
      const lines = poll.value?.lines;
      setShown(list, (lines?.length ?? 0) > 0);
      setShown(none, (lines?.length ?? 0) === 0);
      const state = snapshot.instances[instance];
      const nothing =
        state && isExternal(state)
          ? "What it prints goes where you started it."
          : "It has printed nothing.";
      setText(none, poll.problem ?? (lines ? nothing : ""));
      if (!lines || lines === drawn) return;
      drawn = lines;
      const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 24;
      select(list)
        .selectAll<HTMLLIElement, Line>("li")
        .data(lines.slice(-MOST_LINES))
        .join((enter) => enter.append(() => element("li", {}, element("time"), element("span"))))
        .attr("class", ({ stream }) => `stream-${stream}`)
        .each(function ({ at, line }) {
          const [time, text] = this.children;
          if (time) setText(time, formatClock(at));
          if (text) setText(text, line);
        });
      if (atEnd) list.scrollTop = list.scrollHeight;
    },
  };
}
