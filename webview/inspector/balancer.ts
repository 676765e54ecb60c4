import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import { element, setShown, setText } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { balancerChoice } from "./balancer-choice.ts";
import { balancerEngines } from "./balancer-engines.ts";
import { partsOfTitle } from "./balancer-groups.ts";
import { balancerHand } from "./balancer-hand.ts";
import { lookAt } from "./balancer-look.ts";
import { balancerPicks } from "./balancer-picks.ts";
import { balancerReplay } from "./balancer-replay.ts";
import { balancerRing } from "./balancer-ring.ts";
import { balancerShares } from "./balancer-shares.ts";
import { balancerSlots } from "./balancer-slots.ts";
import { balancerState } from "./balancer-state.ts";
import type { Poll } from "./poll.ts";
import { ringRuleOf } from "./ring-arcs.ts";
import { section } from "./section.ts";
import { Spotlight } from "./spotlight.ts";

/**
 * The decision inspector: the algorithm, who runs it and its state, shares against ideal ones, weights by hand,
 * the last picks and why they were made, and the same calls through other algorithms.
 */
export function balancerBlock(service: string, desk: Desk, poll: Poll<ServiceInspection>): Part {
  const spotlight = new Spotlight(desk.redraw);
  const changed = () => {
    poll.hurry();
    desk.redraw();
  };
  const choice = balancerChoice(service, desk, changed);
  const state = balancerState(desk);
  const ring = balancerRing(desk);
  const slots = balancerSlots(desk);
  const { element: top, heading } = section("Balancer", choice.element, state.element);
  const { element: ringBlock } = section("Hash ring", ring.element);
  const { element: slotsBlock } = section("Lookup table", slots.element);
  const engines = balancerEngines();
  const others = [
    balancerShares(),
    balancerHand(desk, changed),
    balancerPicks(desk, spotlight),
    balancerReplay(service, desk),
  ];
  return {
    element: element(
      "div",
      { class: "balancer" },
      top,
      engines.element,
      ringBlock,
      slotsBlock,
      ...others.map((part) => part.element),
    ),
    update(moment) {
      const look = lookAt(service, moment, poll.value, spotlight);
      if (!look) return;
      const { picture } = look;
      const order = picture.rows.map((row) => row.instance);
      setText(heading, `Balancer · ${partsOfTitle(look.service.algorithm).program}`);
      choice.update(look);
      state.update(look);
      engines.update(look);
      setShown(ringBlock, picture.ring !== undefined);
      if (picture.ring) {
        ring.update({
          ...picture.ring,
          rule: ringRuleOf(look.service.algorithm),
          order,
          spotlight,
        });
      }
      setShown(slotsBlock, picture.table !== undefined);
      if (picture.table) slots.update({ ...picture.table, order, spotlight });
      for (const part of others) part.update(look);
    },
  };
}
