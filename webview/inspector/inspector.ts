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
  /** Services looked at before, with the minute that they have seen and what was replayed. */
  const services = new Map<string, Part>();
  let seq = 0;
  return {
    element: root,
    update(moment) {
      // Another cluster: nothing of the last one is kept.
      if (moment.snapshot.seq < seq) {
        services.clear();
        shown = undefined;
      }
      seq = moment.snapshot.seq;
      const key = keyOf(moment);
      if (shown?.key !== key) {
        shown = { key, part: services.get(key) ?? partFor(moment, desk) };
        if (key.startsWith("service:")) services.set(key, shown.part);
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
