import { element } from "../element.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { callInspector } from "./call.ts";
import { instanceInspector } from "./instance.ts";
import { overview } from "./overview.ts";
import { serviceInspector } from "./service.ts";

/** Everything about what is selected; without a selection, about the cluster. */
export function inspector(desk: Desk): Part {
  const root = element("aside", { class: "inspector", "aria-label": "Details", tabindex: -1 });
  let shown: { key: string; part: Part } | undefined;
  return {
    element: root,
    update(moment) {
      const key = keyOf(moment);
      if (shown?.key !== key) {
        shown = { key, part: partFor(moment, desk) };
        root.replaceChildren(shown.part.element);
        root.scrollTop = 0;
      }
      shown.part.update(moment);
    },
  };
}

/** What is selected and still there. */
function keyOf({ snapshot, view: { selection } }: Moment): string {
  if (selection === null) return "";
  if ("service" in selection) {
    return selection.service in snapshot.services ? `service:${selection.service}` : "";
  }
  if ("instance" in selection) {
    return selection.instance in snapshot.instances ? `instance:${selection.instance}` : "";
  }
  return `call:${selection.call}`;
}

function partFor(moment: Moment, desk: Desk): Part {
  const key = keyOf(moment);
  const [kind] = key.split(":", 1);
  const id = key.slice((kind?.length ?? 0) + 1);
  switch (kind) {
    case "service":
      return serviceInspector(id, desk);
    case "instance":
      return instanceInspector(id, desk);
    case "call":
      return callInspector(id, desk);
    default:
      return overview(desk);
  }
}
