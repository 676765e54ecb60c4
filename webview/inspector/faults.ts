import { select } from "d3";
import type { ActiveFault } from "../../simulator/protocol/model.ts";
import { element, setShown, setText } from "../element.ts";
import { formatLeft } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { faultWord } from "../words.ts";
import { faultForm } from "./fault-form.ts";
import { section } from "./section.ts";
import type { Target } from "./target.ts";

/** The faults that touch a target, each to take back, and the form to inject one. */
export function faultBlock(target: Target, desk: Desk): Part {
  const list = faultList(desk);
  const form = faultForm(target, desk);
  const { element: root } = section("Faults", list.element, form.element);
  return {
    element: root,
    update(moment) {
      const { snapshot } = moment;
      const instances = snapshot.instances;
      list.update({
        now: moment.now,
        faults: Object.values(snapshot.faults).filter((active) => {
          const at = active.target;
          if ("service" in target) {
            return "service" in at
              ? at.service === target.service
              : instances[at.instance]?.service === target.service;
          }
          return "instance" in at
            ? at.instance === target.instance
            : at.service === instances[target.instance]?.service;
        }),
      });
      form.update(moment);
    },
  };
}

/** Active faults, each with the time it has left and a way to take it back. */
export function faultList(desk: Desk): Part<{ faults: readonly ActiveFault[]; now: number }> {
  const root = element("ul", { class: "faults" });
  return {
    element: root,
    update({ faults, now }) {
      setShown(root, faults.length > 0);
      select(root)
        .selectAll<HTMLLIElement, ActiveFault>("li")
        .data([...faults], (active) => active.id)
        .join((enter) => enter.append((active) => faultItem(active, desk)))
        .each(function (active) {
          const [text] = this.children;
          const at = "service" in active.target ? active.target.service : active.target.instance;
          const left =
            active.until === undefined
              ? "until taken back"
              : `${formatLeft(active.until - now)} left`;
          if (text) setText(text, `${at} ${faultWord(active.fault)}, ${left}`);
        });
    },
  };
}

function faultItem({ id }: ActiveFault, desk: Desk): HTMLLIElement {
  const takeBack = element("button", { type: "button", class: "link" }, "Take back");
  takeBack.addEventListener("click", () => {
    desk.run("take the fault back", () => desk.client.request("clearFaults", { id }));
  });
  return element("li", {}, element("span"), takeBack);
}
