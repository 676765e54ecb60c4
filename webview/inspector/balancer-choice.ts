import { ENGINE_TITLES, pickersText } from "../../simulator/protocol/engine-titles.ts";
import type { BalancerSpec } from "../../simulator/protocol/spec.ts";
import { groupedSelect } from "../controls/grouped-select.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { balancerGroups } from "./balancer-groups.ts";
import type { BalancerLook } from "./balancer-look.ts";

/** Characters of an explanation that fit into the lines that are always shown. */
const SHORT = 100;

/** Which algorithm it is, any other to take instead, who runs it, and what it does. */
export function balancerChoice(
  service: string,
  desk: Desk,
  changed: () => void,
): Part<BalancerLook> {
  const choice = groupedSelect("Algorithm", balancerGroups(), (algorithm) => {
    desk.run(`change the balancer of ${service}`, async () => {
      try {
        await desk.client.request("chooseBalancer", { service, algorithm });
      } catch (error) {
        choice.revert();
        throw error;
      }
      changed();
    });
  });
  const pickers = element("p");
  const explanation = element("p", { class: "muted explanation" });
  const more = element(
    "button",
    { type: "button", class: "link", "aria-expanded": "false" },
    "More",
  );
  more.addEventListener("click", () => {
    const whole = explanation.classList.toggle("whole");
    setText(more, whole ? "Less" : "More");
    setAttribute(more, "aria-expanded", String(whole));
  });
  return {
    element: element(
      "div",
      { class: "balancer-choice" },
      choice.element,
      pickers,
      element("div", { class: "explanation-box" }, explanation, more),
    ),
    update(look) {
      choice.update(look.service.algorithm);
      setText(pickers, pickersNote(look.service.spec.balancer.engine));
      setShown(pickers, pickers.textContent !== "");
      setText(explanation, look.inspection?.balancer.explanation ?? "");
      setShown(more, explanation.textContent.length > SHORT);
    },
  };
}

/** Who picks, and what follows for what is shown; empty for Fuseboard's own code alone. */
function pickersNote(engine: BalancerSpec["engine"]): string {
  const text = pickersText(engine);
  if (text === undefined) return "";
  const ids = [engine].flat();
  if (ids.includes("fuseboard")) return `${text} The state below is that of Fuseboard's own code.`;
  const [first, ...others] = new Set(ids);
  if (first === undefined || others.length === 0) {
    return `${text} It tells whom it picked, not its scores.`;
  }
  return `${text} They tell whom they picked, not their scores. The state below is that of ${ENGINE_TITLES[first]}.`;
}
