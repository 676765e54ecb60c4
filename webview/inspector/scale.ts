import { button, setEnabled } from "../controls/button.ts";
import { element, setText } from "../element.ts";
import type { Desk, Part } from "../part.ts";

const MOST_INSTANCES = 100;

/** Fewer or more instances. */
export function scaleControl(service: string, desk: Desk): Part {
  let wanted = 0;
  const to = (instances: number) => {
    desk.run(`scale ${service}`, () => desk.client.request("scale", { service, instances }));
  };
  const fewer = button({
    label: "−",
    title: `One instance of ${service} less`,
    run: () => {
      to(wanted - 1);
    },
  });
  const more = button({
    label: "+",
    title: `One instance of ${service} more`,
    run: () => {
      to(wanted + 1);
    },
  });
  const figure = element("output", { "aria-label": "Instances" });
  return {
    element: element(
      "div",
      { class: "stepper", role: "group", "aria-label": "Scale" },
      fewer,
      figure,
      more,
    ),
    update({ snapshot }) {
      wanted = snapshot.services[service]?.scale ?? 0;
      setText(figure, `×${String(wanted)}`);
      setEnabled(fewer, wanted > 0);
      setEnabled(more, wanted < MOST_INSTANCES);
    },
  };
}
