import { button, setEnabled } from "../controls/button.ts";
import { numberField } from "../controls/number-field.ts";
import { element, setShown, setText } from "../element.ts";
import { formatNumberOf } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import type { BalancerLook } from "./balancer-look.ts";
import { algorithmChoice } from "./replay-form.ts";
import { replayTable, type ReplayResult } from "./replay-table.ts";
import { section } from "./section.ts";

const MOST_CALLS = 10_000;

type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly result: ReplayResult }
  | { readonly kind: "failed"; readonly message: string };

/** The last calls once more, through other algorithms, and what came of it side by side. */
export function balancerReplay(service: string, desk: Desk): Part<BalancerLook> {
  let phase: Phase = { kind: "idle" };
  const calls = numberField({
    label: "The last",
    unit: "calls through",
    initial: 1000,
    least: 1,
    most: MOST_CALLS,
  });
  const algorithms = algorithmChoice(desk.redraw);
  const run = button({
    label: "Replay",
    title: "Pick the recorded calls again, in virtual time",
    run: () => {
      const limit = calls.value();
      const chosen = algorithms.chosen();
      if (limit === undefined || !Number.isInteger(limit)) {
        phase = { kind: "failed", message: "Replay a whole number of calls, from 1 to 10,000." };
        desk.redraw();
        return;
      }
      phase = { kind: "running" };
      desk.client
        .request("replayCalls", { service, algorithms: chosen, limit })
        .then(
          (result) => {
            phase = { kind: "done", result };
          },
          (error: unknown) => {
            const message = error instanceof Error ? error.message : String(error);
            phase = { kind: "failed", message: `Could not replay the calls: ${message}` };
          },
        )
        .finally(desk.redraw);
      desk.redraw();
    },
  });
  const ring = document.createElement("vscode-progress-ring");
  const busy = element("div", { class: "busy" }, ring, element("span", {}, "Replaying…"));
  const status = element("p", { class: "muted", role: "status" });
  const problem = element("p", { class: "problem-text tone-bad", role: "alert" });
  const table = replayTable();
  const best = element(
    "p",
    { class: "muted best-key" },
    "bold and underlined: the best of its column",
  );
  const form = element(
    "div",
    { class: "replay-form", role: "group", "aria-label": "Replay" },
    element("div", { class: "form-line" }, calls.element, run),
    algorithms.element,
  );
  const { element: root } = section("Replay", form, status, busy, problem, table.element, best);
  return {
    element: root,
    update({ moment, service: state, spotlight }) {
      const made = (moment.snapshot.counters.services[service]?.calls ?? 0) > 0;
      const result = phase.kind === "done" ? phase.result : undefined;
      algorithms.update({ present: state.algorithm });
      setEnabled(run, made && phase.kind !== "running" && algorithms.chosen().length > 0);
      setShown(busy, phase.kind === "running");
      setText(status, statusText(phase, made, algorithms.chosen().length));
      setShown(status, status.textContent !== "");
      setText(problem, phase.kind === "failed" ? phase.message : "");
      setShown(problem, phase.kind === "failed");
      setShown(table.element, result !== undefined);
      setShown(best, result !== undefined);
      if (result) table.update({ result, spotlight });
    },
  };
}

function statusText(phase: Phase, made: boolean, chosen: number): string {
  if (!made) return "No call is recorded yet. Start load, or invoke the service.";
  if (chosen === 0) return "Choose at least one algorithm.";
  switch (phase.kind) {
    case "idle":
      return "See what other algorithms would have made of the same calls.";
    case "done":
      return `${formatNumberOf(phase.result.recorded.calls, "recorded call")}, picked again in virtual time.`;
    case "running":
    case "failed":
      return "";
  }
}
