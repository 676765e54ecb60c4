import { BALANCERS, type BalancerId } from "../../simulator/protocol/spec.ts";
import { element, setText } from "../element.ts";
import { balancerGroups } from "./balancer-groups.ts";
import type { Part } from "../part.ts";

/** Chosen to begin with, besides what the service has: one of each family. */
const USUAL: readonly BalancerId[] = [
  "round-robin",
  "least-connections",
  "haproxy-leastconn",
  "least-request",
  "peak-ewma",
];

/** Which algorithms the calls are replayed through. */
export interface AlgorithmChoice extends Part<{ readonly present: BalancerId }> {
  chosen(): BalancerId[];
}

/** A fold with a check box an algorithm, by program; `changed` is called after each change. */
export function algorithmChoice(changed: () => void): AlgorithmChoice {
  const picked = new Set<BalancerId>(USUAL);
  const boxes = new Map<BalancerId, HTMLInputElement>();
  const names = new Map<BalancerId, HTMLElement>();
  const summary = element("summary");
  const told = () => {
    for (const [id, box] of boxes) box.checked = picked.has(id);
    const { size } = picked;
    setText(summary, `${String(size)} ${size === 1 ? "algorithm" : "algorithms"} chosen`);
    changed();
  };
  const groups = balancerGroups().map(({ label, options }) =>
    element(
      "fieldset",
      {},
      element("legend", {}, label),
      ...options.map(({ value, label: name }) => {
        const box = element("input", { type: "checkbox" });
        boxes.set(value, box);
        box.addEventListener("change", () => {
          if (box.checked) picked.add(value);
          else picked.delete(value);
          told();
        });
        const text = element("span", {}, name);
        names.set(value, text);
        return element("label", { class: "check" }, box, text);
      }),
    ),
  );
  const choose = (label: string, ids: readonly BalancerId[]) => {
    const link = element("button", { type: "button", class: "link" }, label);
    link.addEventListener("click", () => {
      picked.clear();
      for (const id of ids) picked.add(id);
      told();
    });
    return link;
  };
  const root = element(
    "details",
    { class: "fold algorithms" },
    summary,
    ...groups,
    element(
      "div",
      { class: "form-line" },
      choose("All", BALANCERS),
      choose("None", []),
      choose("The usual", USUAL),
    ),
  );
  told();
  return {
    element: root,
    chosen: () => BALANCERS.filter((id) => picked.has(id)),
    update({ present }) {
      for (const [id, text] of names) {
        text.className = id === present ? "present" : "";
        text.title = id === present ? "The service has it now" : "";
      }
    },
  };
}
