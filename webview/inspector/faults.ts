import { countdownText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { faultTargetText } from "../../simulator/protocol/fault-target.ts";
import { faultConditionsText, faultText } from "../../simulator/protocol/fault-text.ts";
import type { ActiveFault, FaultTarget, Snapshot } from "../../simulator/protocol/model.ts";
import { PROCESS_FAULTS } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatNumberOf } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { faultsBetween } from "../words.ts";
import { faultForm } from "./fault-form.ts";
import { section } from "./section.ts";

/** The faults that touch a target, each to take back, and, folded away, the form to inject one. */
export function faultBlock(target: FaultTarget, desk: Desk): Part {
  const list = faultList(desk);
  const form = faultForm(target, desk);
  const fold = element(
    "details",
    { class: "fold" },
    element("summary", {}, "Inject a fault"),
    form.element,
  );
  const { element: root } = section("Faults", list.element, fold);
  return {
    element: root,
    update(moment) {
      list.update({ now: moment.now, faults: faultsAt(target, moment.snapshot) });
      form.update(moment);
    },
  };
}

/** Faults on a target and on what it is part of or made of. */
function faultsAt(target: FaultTarget, { faults, instances }: Snapshot): ActiveFault[] {
  if ("from" in target) return faultsBetween(faults, target.from, target.to);
  const instance = "instance" in target ? target.instance : undefined;
  const service = "service" in target ? target.service : instances[target.instance]?.service;
  return Object.values(faults).filter(({ target: at }) => {
    if ("from" in at) return at.to === service || at.from === service;
    if ("service" in at) return at.service === service;
    return instance === undefined
      ? instances[at.instance]?.service === service
      : at.instance === instance;
  });
}

/** Active faults, each with what it has touched, the time it has left and a way to take it back. */
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
          setAttribute(this, "class", active.since > now ? "waiting" : undefined);
          const [what, notes] = this.children[0]?.children ?? [];
          if (what) setText(what, `${faultTargetText(active.target)} ${faultText(active.fault)}`);
          if (notes) setText(notes, notesOf(active, now));
        });
    },
  };
}

/** `30% of POST /orders/*, 14 touched, 12s left`. */
export function notesOf(active: ActiveFault, now: number): string {
  const { fault, conditions, since, until, touched } = active;
  const waiting = since > now;
  const onWire = !PROCESS_FAULTS.includes(fault.kind);
  return [
    faultConditionsText(conditions),
    onWire && !waiting ? `${formatNumberOf(touched, "attempt")} touched` : undefined,
    waiting ? `begins in ${countdownText(since - now)}` : undefined,
    until === undefined
      ? "until taken back"
      : waiting
        ? `for ${countdownText(until - since)}`
        : `${countdownText(until - now)} left`,
  ]
    .filter(Boolean)
    .join(", ");
}

function faultItem({ id, target, fault }: ActiveFault, desk: Desk): HTMLLIElement {
  const takeBack = element(
    "button",
    {
      type: "button",
      class: "link",
      "aria-label": `Take back: ${faultTargetText(target)} ${faultText(fault)}`,
    },
    "Take back",
  );
  takeBack.addEventListener("click", () => {
    desk.run("take the fault back", () => desk.client.request("clearFaults", { ids: [id] }));
  });
  const text = element("div", {}, element("span"), element("span", { class: "muted" }));
  return element("li", {}, text, takeBack);
}
