import { line, curveStepAfter, scalePoint, select } from "d3";
import type { BreakerStatus, BreakerTransition } from "../../simulator/protocol/model.ts";
import { button, setEnabled } from "../controls/button.ts";
import { element, setAttribute, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Part } from "../part.ts";
import { breakerWord } from "../words.ts";

export interface ScrubberView {
  /** Oldest first. */
  readonly transitions: readonly BreakerTransition[];
  /** The one that is looked at; their number: now. */
  readonly position: number;
}

const WIDTH = 240;
const HEIGHT = 30;
/** How high a state is drawn: closed lies at the bottom, open at the top. */
const LEVELS: Readonly<Record<BreakerStatus, number>> = {
  open: 6,
  "forced-open": 6,
  "half-open": 15,
  closed: 24,
  "held-closed": 24,
};

/** Goes back over the last changes of a breaker, with buttons, arrow keys or by pointing. */
export function scrubber(look: (position: number) => void): Part<ScrubberView> & { focus(): void } {
  let view: ScrubberView = { transitions: [], position: 0 };
  const older = button({
    label: "‹",
    title: "The change before",
    run: () => {
      look(view.position - 1);
    },
  });
  const newer = button({
    label: "›",
    title: "The change after",
    run: () => {
      look(view.position + 1);
    },
  });
  const now = button({
    label: "Now",
    title: "Back to what is now",
    run: () => {
      look(view.transitions.length);
    },
  });
  const track = element("div", {
    class: "scrub-track",
    role: "slider",
    tabindex: 0,
    "aria-label": "The last changes of the breaker",
    "aria-valuemin": 0,
  });
  const svg = select(track)
    .append("svg")
    .attr("viewBox", `0 0 ${String(WIDTH)} ${String(HEIGHT)}`)
    .attr("preserveAspectRatio", "none");
  const course = svg.append("path").attr("class", "scrub-course");
  const dots = element("div", { class: "scrub-dots" });
  track.append(dots);
  const note = element("span", { class: "muted" });
  const root = element(
    "div",
    { class: "scrubber", role: "group", "aria-label": "Why did it open?" },
    element("div", { class: "scrub-line" }, older, track, newer, now),
    note,
  );
  const places = () =>
    scalePoint<number>()
      .domain(Array.from({ length: view.transitions.length + 1 }, (_, i) => i))
      .range([0, 1])
      .padding(0.5);

  track.addEventListener("keydown", (event) => {
    const to = stepOf(event.key, view);
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    look(to);
  });
  track.addEventListener("click", (event) => {
    const { left, width } = track.getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(1, width);
    look(Math.max(0, Math.floor(share * (view.transitions.length + 1))));
  });

  return {
    element: root,
    focus() {
      track.focus({ preventScroll: true });
    },
    update(wanted) {
      view = wanted;
      const { transitions, position } = wanted;
      const x = places();
      const last = transitions.at(-1);
      const levels: [number, number][] = transitions.map(({ to }, i) => [
        (x(i) ?? 0) * WIDTH,
        LEVELS[to],
      ]);
      const first = transitions[0];
      const whole: [number, number][] = [
        ...(first ? [[0, LEVELS[first.from]] as [number, number]] : []),
        ...levels,
        ...(last ? [[WIDTH, LEVELS[last.to]] as [number, number]] : []),
      ];
      course.attr("d", line().curve(curveStepAfter)(whole) ?? "");
      const marks = [
        ...transitions.map(({ id, to }) => ({ key: String(id), status: to, now: false })),
        { key: "now", status: last?.to ?? ("closed" as const), now: true },
      ];
      select(dots)
        .selectAll<HTMLSpanElement, (typeof marks)[number]>("span")
        .data(marks, ({ key }) => key)
        .join("span")
        .order()
        .attr(
          "class",
          (mark, i) =>
            `tone-${breakerWord(mark.status).tone}${mark.now ? " now" : ""}${i === position ? " present" : ""}`,
        )
        .style("left", (_, i) => `${((x(i) ?? 0) * 100).toFixed(2)}%`)
        .style("top", ({ status }) => `${String(LEVELS[status])}px`);
      const at = transitions[position];
      setAttribute(track, "aria-valuemax", transitions.length);
      setAttribute(track, "aria-valuenow", position);
      setAttribute(track, "aria-valuetext", at ? changeText(at) : "now");
      setEnabled(older, position > 0);
      setEnabled(newer, position < transitions.length);
      setEnabled(now, at !== undefined);
      setText(note, noteText(transitions, position));
    },
  };
}

/** `closed → open at 14:02:11.482`. */
function changeText({ from, to, at }: BreakerTransition): string {
  return `${breakerWord(from).word} → ${breakerWord(to).word} at ${formatClock(at)}`;
}

/** Where a key leads to; undefined for keys that mean something else. */
export function stepOf(key: string, { transitions, position }: ScrubberView): number | undefined {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, position - 1);
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(transitions.length, position + 1);
    case "Home":
      return 0;
    case "End":
      return transitions.length;
    case "Escape":
      return position < transitions.length ? transitions.length : undefined;
    default:
      return undefined;
  }
}

/** `Change 3 of 12`, `the last 50 of 112 changes`. */
export function noteText(transitions: readonly BreakerTransition[], position: number): string {
  const newest = transitions.at(-1)?.id ?? 0;
  const at = transitions[position];
  if (at) return `Change ${String(at.id)} of ${String(newest)}`;
  if (newest === 0) return "It has not changed yet.";
  const kept = transitions.length < newest ? `the last ${String(transitions.length)} of ` : "";
  return `Now, after ${kept}${String(newest)} ${newest === 1 ? "change" : "changes"}`;
}
