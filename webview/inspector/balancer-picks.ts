import { durationText } from "../../simulator/protocol/figure-text.ts";
import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import { button, setEnabled } from "../controls/button.ts";
import { element, setShown, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import type { BalancerLook } from "./balancer-look.ts";
import { decisionTable } from "./decision-table.ts";
import { section } from "./section.ts";
import type { Spotlight } from "./spotlight.ts";

type Picks = ServiceInspection["decisions"];

/** The last picks to leaf through: who was there, with what score, why not, and who won. */
export function balancerPicks(desk: Desk, spotlight: Spotlight): Part<BalancerLook> {
  let newest: Picks = [];
  /** The pick that is looked at, among those of that moment; undefined follows the newest. */
  let held: { list: Picks; at: number } | undefined;
  const shownPick = () => (held ? held.list[held.at] : newest[0]);
  const table = decisionTable(spotlight);
  const which = element("span", { class: "muted" });
  const queued = element("span", { class: "muted" });
  const call = element("button", { type: "button", class: "link" }, "Show the call");
  call.addEventListener("click", () => {
    const shown = shownPick();
    if (shown) desk.select({ call: shown.call });
  });
  const step = (by: number) => () => {
    const list = held?.list ?? newest;
    const at = (held?.at ?? 0) + by;
    held = at >= 0 && at < list.length ? { list, at } : held;
    desk.redraw();
  };
  const older = button({ label: "‹", title: "The pick before", look: "quiet", run: step(1) });
  const newer = button({ label: "›", title: "The pick after", look: "quiet", run: step(-1) });
  const live = button({
    label: "Live",
    title: "Follow the newest pick",
    look: "quiet",
    run: () => {
      held = undefined;
      desk.redraw();
    },
  });
  const picks = element(
    "div",
    { class: "picks" },
    element("div", { class: "picks-bar" }, which, older, newer, live),
    table.element,
    element("div", { class: "picks-end" }, call, queued),
  );
  const none = element("p", { class: "muted" }, "No pick yet.");
  const { element: root } = section("Last picks", picks, none);
  return {
    element: root,
    update({ inspection }) {
      newest = inspection?.decisions ?? [];
      const shown = shownPick();
      setShown(picks, shown !== undefined);
      setShown(none, shown === undefined);
      setEnabled(newer, held !== undefined && held.at > 0);
      setEnabled(older, (held?.at ?? 0) + 1 < (held?.list ?? newest).length);
      setEnabled(live, held !== undefined);
      if (!shown) return;
      const place = held
        ? `Pick ${String(held.at + 1)} of ${String(held.list.length)}`
        : "Last pick";
      const attempt = shown.attempt > 1 ? `, attempt ${String(shown.attempt)}` : "";
      setText(which, `${place} at ${formatClock(shown.at)}${attempt}`);
      const { queuedMs } = shown;
      setText(
        queued,
        queuedMs === undefined ? "" : `waited ${durationText(queuedMs)} in the queue`,
      );
      table.update(shown.decision);
    },
  };
}
