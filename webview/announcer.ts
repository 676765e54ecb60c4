import { isRefusing } from "../simulator/protocol/command-status.ts";
import type { Snapshot } from "../simulator/protocol/model.ts";
import { element } from "./element.ts";
import { formatNumberOf } from "./format.ts";
import { streamCondition } from "./stream-words.ts";
import { breakerWord, conditionOf } from "./words.ts";

/** Tells a screen reader what changed that matters: breakers, instances, the cluster itself. */
export function announcer(): { readonly element: HTMLElement; update(snapshot: Snapshot): void } {
  const root = element("div", { class: "visually-hidden", "aria-live": "polite", role: "status" });
  let before: ReadonlyMap<string, string> | undefined;
  return {
    element: root,
    update(snapshot) {
      const now = notable(snapshot);
      const news = [...now].flatMap(([what, state]) =>
        before?.has(what) && before.get(what) !== state ? [`${what} ${state}`] : [],
      );
      before = now;
      if (news.length > 0) root.textContent = news.join(". ");
    },
  };
}

/** What is worth saying, by what it is said of. */
function notable(snapshot: Snapshot): Map<string, string> {
  const states = new Map<string, string>([["The cluster is", snapshot.phase]]);
  for (const { name, breaker } of Object.values(snapshot.services)) {
    if (breaker) states.set(`The breaker of ${name} is`, breakerWord(breaker.status).word);
  }
  for (const instance of Object.values(snapshot.instances)) {
    states.set(`${instance.id} is`, conditionOf(instance).word);
  }
  const faults = Object.keys(snapshot.faults).length;
  states.set("There are now", faults === 0 ? "no faults" : formatNumberOf(faults, "fault"));
  for (const stream of Object.values(snapshot.streams)) {
    states.set(`The stream ${stream.name} is`, streamCondition(stream).word);
    const open = Object.values(stream.commands).filter(isRefusing).length;
    states.set(`The stream ${stream.name} has`, `${String(open)} open`);
  }
  return states;
}
