import { durationText } from "../../simulator/protocol/figure-text.ts";
import type { CallTrace } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { outcomeWord, toneOf } from "../words.ts";
import { factsList } from "./facts-list.ts";
import { Poll } from "./poll.ts";
import { section } from "./section.ts";
import { traceTree } from "./trace-tree.ts";

const EVERY_MS = 500;

/** One call with everything that happened because of it: attempts, picks, calls within. */
export function callInspector(call: string, desk: Desk): Part {
  const poll = new Poll(EVERY_MS, () => desk.client.request("trace", { call }), desk.redraw);
  const title = element("h2");
  const back = element("button", { type: "button", class: "plain-button" });
  title.append(back);
  back.addEventListener("click", () => {
    if (back.textContent) desk.select({ service: back.textContent });
  });
  const subtitle = element("p");
  const problem = element("p", { class: "problem-text tone-bad", role: "status" });
  const facts = factsList();
  const tree = traceTree(desk);
  const root = element(
    "div",
    {},
    title,
    subtitle,
    problem,
    facts.element,
    section("Trace", tree.element).element,
  );
  return {
    element: root,
    update({ snapshot, now, paused }) {
      const known = poll.value?.calls ?? [];
      const done = known.length > 0 && known.every((one) => one.endedAt !== undefined);
      if (!paused && !done) poll.tick();
      const calls = joined(known, relatives(call, snapshot.calls));
      const self = calls.find((one) => one.id === call);
      setText(back, self?.service ?? "Call");
      setAttribute(back, "title", self && `Show ${self.service}`);
      setAttribute(back, "disabled", self === undefined);
      const gone = poll.value
        ? "It is no longer kept: only the last 10,000 calls are."
        : "Looking for the call…";
      const missing = self ? undefined : (poll.problem ?? gone);
      setText(problem, self?.error ?? missing ?? "");
      setShown(problem, problem.textContent !== "");
      if (!self) return;
      const endedAt = self.endedAt ?? now;
      const status = self.status === undefined ? "" : ` with ${String(self.status)}`;
      setText(
        subtitle,
        `${outcomeWord(self.outcome)}${status} in ${durationText(endedAt - self.startedAt)}`,
      );
      setAttribute(subtitle, "class", `call-outcome tone-${toneOf(self.outcome)}`);
      facts.update([
        ["at", formatClock(self.startedAt)],
        ["caller", self.caller.kind === "instance" ? self.caller.instance : self.caller.kind],
        ["call", self.id],
        ["trace", self.traceId],
      ]);
      tree.update({ root: self, calls, now });
    },
  };
}

/** Both, each call once; of a call that is in both, what the simulator knows. */
function joined(known: readonly CallTrace[], live: readonly CallTrace[]): CallTrace[] {
  const ids = new Set(known.map((one) => one.id));
  return [...known, ...live.filter((one) => !ids.has(one.id))];
}

/** The call and the calls made while it was answered, of those that are at hand. */
function relatives(id: string, calls: readonly CallTrace[]): CallTrace[] {
  const self = calls.find((call) => call.id === id);
  if (!self) return [];
  const within = calls.filter((call) => call.parent === id);
  return [self, ...within.flatMap((child) => relatives(child.id, calls))];
}
