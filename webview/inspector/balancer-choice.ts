import { groupedSelect } from "../controls/grouped-select.ts";
import { element, setText } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { balancerGroups } from "./balancer-groups.ts";
import type { BalancerLook } from "./balancer-look.ts";

/** Which algorithm it is, any other to take instead, and what it does. */
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
  const explanation = element("p", { class: "muted explanation" });
  return {
    element: element("div", { class: "balancer-choice" }, choice.element, explanation),
    update(look) {
      choice.update(look.service.algorithm);
      setText(explanation, look.inspection?.balancer.explanation ?? "");
    },
  };
}
