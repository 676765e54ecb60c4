import { select } from "d3";
import type { InstanceState } from "../../simulator/protocol/model.ts";
import { element, setShown, setText } from "../element.ts";
import { formatCount } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import type { BalancerLook } from "./balancer-look.ts";
import { section } from "./section.ts";
import { seriesMark } from "./series.ts";
import { serverControl } from "./server-control.ts";
import { configuredServer, presentServer } from "./server-setting.ts";

interface Row {
  readonly mark: ReturnType<typeof seriesMark>;
  readonly control: ReturnType<typeof serverControl>;
}

/** Weight and state of every instance by hand; `changed` is called when one was set. */
export function balancerHand(desk: Desk, changed: () => void): Part<BalancerLook> {
  const rows = new WeakMap<Element, Row>();
  const list = element("ul", { class: "servers" });
  const none = element("p", { class: "muted" }, "It has no instances.");
  const { element: root } = section("Set by hand", list, none);
  const build = ({ id }: InstanceState, look: BalancerLook): HTMLLIElement => {
    const mark = seriesMark();
    const control = serverControl(id, desk, changed);
    const name = element("span", { class: "server-name" }, mark.element, element("span", {}, id));
    const item = element("li", {}, name, control.reset, control.element);
    look.spotlight.follow(item, () => id);
    rows.set(item, { mark, control });
    return item;
  };
  return {
    element: root,
    update(look) {
      setShown(none, look.instances.length === 0);
      select(list)
        .selectAll<HTMLLIElement, InstanceState>("li")
        .data([...look.instances], (instance) => instance.id)
        .join((enter) => enter.append((instance) => build(instance, look)))
        .order()
        .each(function (state, i) {
          const row = rows.get(this);
          row?.mark.update(state.id, i);
          row?.control.update({ state, service: look.service });
        });
    },
  };
}

/** The same for one instance, in its own inspector. */
export function instanceBalancerBlock(instance: string, desk: Desk): Part {
  const control = serverControl(instance, desk, desk.redraw);
  const note = element("p", { class: "muted" });
  const { element: root } = section(
    "In the balancer",
    control.element,
    element("div", { class: "note-line" }, note, control.reset),
  );
  return {
    element: root,
    update({ snapshot }) {
      const state = snapshot.instances[instance];
      const service = state && snapshot.services[state.service];
      setShown(root, service !== undefined);
      if (!service) return;
      control.update({ state, service });
      const { weight, admin } = configuredServer(state, service);
      const present = presentServer(state, service);
      const same = present.weight === weight && present.admin === admin;
      setText(
        note,
        same
          ? "As the configuration says."
          : `Set by hand. The configuration says: weight ${formatCount(weight)}, ${admin}.`,
      );
    },
  };
}
