import { durationText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import type { AttemptTrace, CallTrace } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { outcomeWord, toneOf, type Tone } from "../words.ts";
import { decisionTable } from "./decision-table.ts";

interface Step {
  readonly key: string;
  readonly depth: number;
  readonly title: string;
  readonly note: string;
  readonly tone: Tone;
  readonly fromMs: number;
  readonly toMs: number;
  readonly pattern: "solid" | "backoff";
  readonly attempt?: AttemptTrace;
  readonly error?: string;
}

/** A trace from top to bottom: each attempt, pause and fallback a line with its time. */
export function traceTree(
  desk: Desk,
): Part<{ root: CallTrace; calls: readonly CallTrace[]; now: number }> {
  const list = element("ol", { class: "trace" });
  return {
    element: list,
    update({ root, calls, now }) {
      const steps = stepsOf(root, calls, now, root.startedAt, 0);
      const endMs = Math.max(0.1, ...steps.map((step) => step.toMs));
      select(list)
        .selectAll<HTMLLIElement, Step>("li.step")
        .data(steps, (step) => step.key)
        .join((enter) => enter.append((step) => stepItem(step, desk)))
        .order()
        .each(function (step) {
          updateStep(this, step, endMs);
        });
    },
  };
}

function stepsOf(
  call: CallTrace,
  calls: readonly CallTrace[],
  now: number,
  start: number,
  depth: number,
): Step[] {
  const end = call.endedAt ?? now;
  const steps: Step[] = [];
  const inner = calls.filter((other) => other.parent === call.id);
  const seen = new Set<string>();
  for (const [i, attempt] of call.attempts.entries()) {
    const next =
      call.attempts[i + 1]?.startedAt ?? call.fallback?.startedAt ?? Number.POSITIVE_INFINITY;
    const to = attempt.endedAt ?? Math.max(attempt.startedAt, Math.min(next, end));
    const status = attempt.status === undefined ? "" : ` ${String(attempt.status)}`;
    const queued =
      attempt.queuedMs === undefined
        ? ""
        : `, after ${durationText(attempt.queuedMs)} in the queue`;
    const faults = attempt.faults?.length ? `, by fault: ${attempt.faults.join(", ")}` : "";
    steps.push({
      key: `${call.id}.${String(attempt.number)}`,
      depth,
      title: attempt.instance ?? call.service,
      note: `${outcomeWord(attempt.outcome)}${status}${queued}${faults}`,
      tone: toneOf(attempt.outcome),
      fromMs: attempt.startedAt - start,
      toMs: to - start,
      pattern: "solid",
      attempt,
      error: attempt.error,
    });
    for (const child of inner) {
      if (seen.has(child.id) || child.startedAt < attempt.startedAt || child.startedAt >= next)
        continue;
      seen.add(child.id);
      steps.push(...stepsOf(child, calls, now, start, depth + 1));
    }
    if (attempt.backoffMs !== undefined && attempt.backoffMs > 0) {
      steps.push({
        key: `${call.id}.${String(attempt.number)}b`,
        depth,
        title: "backoff",
        note: `before attempt ${String(attempt.number + 1)}`,
        tone: "idle",
        fromMs: to - start,
        toMs: to - start + attempt.backoffMs,
        pattern: "backoff",
      });
    }
  }
  if (call.fallback) {
    const { fallback } = call;
    steps.push({
      key: `${call.id}.f`,
      depth,
      title:
        fallback.kind === "service"
          ? `fallback: ${fallback.service ?? "service"}`
          : "fallback value",
      note: `because ${outcomeWord(fallback.because)}`,
      tone: "fallback",
      fromMs: fallback.startedAt - start,
      toMs: Math.max(end, fallback.startedAt) - start,
      pattern: "solid",
    });
  }
  return steps;
}

function stepItem({ attempt }: Step, desk: Desk): HTMLLIElement {
  const details = element("details", {}, element("summary", {}, "The pick"));
  setShown(details, attempt?.decision !== undefined);
  if (attempt?.decision) {
    const table = decisionTable();
    table.update(attempt.decision);
    details.append(table.element);
  }
  const name = element("button", { type: "button", class: "plain-button step-name" });
  name.addEventListener("click", () => {
    if (attempt?.instance !== undefined) desk.select({ instance: attempt.instance });
  });
  if (attempt?.instance === undefined) setAttribute(name, "disabled", true);
  return element(
    "li",
    { class: "step" },
    element(
      "div",
      { class: "step-head" },
      name,
      element("span", { class: "step-note" }),
      element("span", { class: "figure muted" }),
    ),
    element("div", { class: "step-track" }, element("div")),
    element("p", { class: "muted step-error" }),
    details,
  );
}

function updateStep(item: HTMLLIElement, step: Step, endMs: number): void {
  setAttribute(item, "class", `step tone-${step.tone} depth-${String(Math.min(4, step.depth))}`);
  const [head, track, error] = item.children;
  const [name, note, time] = head?.children ?? [];
  if (name) setText(name, step.title);
  if (note) setText(note, step.note);
  if (time) setText(time, durationText(Math.max(0, step.toMs - step.fromMs)));
  const bar = track?.firstElementChild;
  if (bar instanceof HTMLElement) {
    setAttribute(bar, "class", step.pattern);
    bar.style.left = `${((step.fromMs / endMs) * 100).toFixed(2)}%`;
    bar.style.width = `${(Math.max(0, (step.toMs - step.fromMs) / endMs) * 100).toFixed(2)}%`;
  }
  if (error instanceof HTMLElement) {
    setText(error, step.error ?? "");
    setShown(error, step.error !== undefined);
  }
}
