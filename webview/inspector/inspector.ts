import type { Selection } from "../../simulator/protocol/panel.ts";
import { element } from "../element.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { callInspector } from "./call.ts";
import { edgeInspector } from "./edge.ts";
import { instanceInspector } from "./instance.ts";
import { overview } from "./overview.ts";
import { serviceInspector } from "./service.ts";
import { streamCommandInspector } from "./stream-command.ts";
import { streamInspector } from "./stream.ts";

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
      const selection = presentOf(moment);
      const key = JSON.stringify(selection);
      if (shown?.key !== key) {
        shown = { key, part: services.get(key) ?? partFor(selection, desk) };
        if (selection && "service" in selection) services.set(key, shown.part);
        root.replaceChildren(shown.part.element);
        root.scrollTop = 0;
      }
      shown.part.update(moment);
    },
  };
}

/** What is selected and still there. */
function presentOf({ snapshot, view: { selection } }: Moment): Selection {
  if (selection === null) return null;
  const { services, instances, streams } = snapshot;
  if ("service" in selection) return selection.service in services ? selection : null;
  if ("instance" in selection) return selection.instance in instances ? selection : null;
  if ("from" in selection) {
    return selection.from in services && selection.to in services ? selection : null;
  }
  if ("stream" in selection) {
    const stream = streams[selection.stream];
    if (!stream) return null;
    // A command may be gone while its stream is there.
    const known = selection.command !== undefined && selection.command in stream.commands;
    return known ? selection : { stream: selection.stream };
  }
  return selection;
}

function partFor(selection: Selection, desk: Desk): Part {
  if (selection === null) return overview(desk);
  if ("service" in selection) return serviceInspector(selection.service, desk);
  if ("instance" in selection) return instanceInspector(selection.instance, desk);
  if ("from" in selection) return edgeInspector(selection, desk);
  if ("call" in selection) return callInspector(selection.call, desk);
  const { stream, command } = selection;
  return command === undefined
    ? streamInspector(stream, desk)
    : streamCommandInspector(stream, command, desk);
}
