import { BALANCERS, BalancerId } from "../../simulator/protocol/spec.ts";
import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import { button, setEnabled } from "../controls/button.ts";
import { dropdown } from "../controls/dropdown.ts";
import { element, setShown, setText } from "../element.ts";
import { formatClock, formatName } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { decisionTable } from "./decision-table.ts";
import type { Poll } from "./poll.ts";
import { section } from "./section.ts";

/** The balancer, and its last picks to leaf through: who was there, with what score, who won. */
export function balancerBlock(service: string, desk: Desk, poll: Poll<ServiceInspection>): Part {
  /** The pick that is looked at, among those of that moment; undefined follows the newest. */
  let held: { list: ServiceInspection["decisions"]; at: number } | undefined;
  const shownPick = () => (held ? held.list[held.at] : poll.value?.decisions[0]);
  const choice = dropdown("Balancer", (value) => {
    const algorithm = BalancerId.parse(value);
    desk.run(`change the balancer of ${service}`, () =>
      desk.client.request("chooseBalancer", { service, algorithm }),
    );
    poll.hurry();
  });
  const explanation = element("p", { class: "muted" });
  const table = decisionTable();
  const which = element("span", { class: "muted" });
  const call = element("button", { type: "button", class: "link" }, "Show the call");
  call.addEventListener("click", () => {
    const shown = shownPick();
    if (shown) desk.select({ call: shown.call });
  });
  const step = (by: number) => () => {
    const list = held?.list ?? poll.value?.decisions ?? [];
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
    call,
  );
  const none = element("p", { class: "muted" }, "No pick yet.");
  const { element: root } = section("Balancer", choice.element, explanation, picks, none);
  return {
    element: root,
    update({ snapshot }) {
      const state = snapshot.services[service];
      choice.update(
        BALANCERS.map((id) => ({ value: id, label: formatName(id) })),
        state?.algorithm ?? "round-robin",
      );
      setText(explanation, poll.value?.balancer.explanation ?? "");
      const shown = shownPick();
      setShown(picks, shown !== undefined);
      setShown(none, shown === undefined);
      setEnabled(newer, held !== undefined && held.at > 0);
      setEnabled(older, (held?.at ?? 0) + 1 < (held?.list ?? poll.value?.decisions ?? []).length);
      setEnabled(live, held !== undefined);
      if (!shown) return;
      setText(
        which,
        `${held ? "Pick" : "Last pick"} at ${formatClock(shown.at)}${shown.attempt > 1 ? `, attempt ${String(shown.attempt)}` : ""}`,
      );
      table.update(shown.decision);
    },
  };
}
