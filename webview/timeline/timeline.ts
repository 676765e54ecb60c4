import { durationText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { segments } from "../controls/segments.ts";
import { element, setShown, setText } from "../element.ts";
import { formatNumberOf } from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import type { CallFilter, ViewState } from "../view-state.ts";
import { CallSource } from "./call-source.ts";
import { listenToRowKeys } from "./row-keys.ts";
import { passes, rowsOf, type Row } from "./rows.ts";
import { drawRow, rowHeight, updateRow } from "./row-view.ts";
import { sharedScaleMs, SteadyScale, ticksMs } from "./scale.ts";
import { rowsInView, type Slice } from "./slice.ts";

/** Rows kept in the list; only those in view are drawn. */
const MOST_ROWS = 150;
/** The list moves on this often, so that it can be read under load. */
const MOVE_EVERY_MS = 400;

/** The calls, newest first: a row each, a bar an attempt. Stands still while pointed at. */
export function timeline(desk: Desk): Part {
  const source = new CallSource(desk);
  const filter = segments<CallFilter>(
    "Which calls",
    [
      { value: "all", label: "All" },
      { value: "retried", label: "Retried" },
      { value: "fallback", label: "Fallback" },
      { value: "failed", label: "Failed" },
    ],
    (value) => {
      desk.change({ filter: value });
    },
  );
  const scale = segments<ViewState["scale"]>(
    "Time scale",
    [
      { value: "shared", label: "Same scale", title: "All rows on one scale" },
      { value: "each", label: "Fit each", title: "Each row fills the width" },
    ],
    (value) => {
      desk.change({ scale: value });
    },
  );
  const chip = element("button", {
    type: "button",
    class: "chip",
    title: "Show the calls of all services",
  });
  chip.addEventListener("click", () => {
    desk.change({ filterService: undefined });
  });
  const note = element("span", { class: "muted timeline-note" });
  const axis = element("div", { class: "axis", "aria-hidden": "true" });
  const list = element("div", {
    class: "rows",
    role: "listbox",
    "aria-label": "Calls, newest first",
    tabindex: 0,
  });
  const space = element("div", { class: "rows-space" });
  const empty = element("p", { class: "muted rows-empty" });
  list.append(space);
  const root = element(
    "section",
    { class: "timeline", "aria-label": "Calls" },
    element(
      "div",
      { class: "timeline-bar" },
      element("h3", {}, "Calls"),
      filter.element,
      chip,
      note,
      scale.element,
    ),
    axis,
    list,
    empty,
  );

  let rows: readonly Row[] = [];
  let key = "";
  let movedAt = Number.NEGATIVE_INFINITY;
  const steady = new SteadyScale();
  list.addEventListener("scroll", desk.redraw, { passive: true });
  new ResizeObserver(desk.redraw).observe(list);
  listenToRowKeys(list, () => rows, desk);

  const held = () => list.matches(":hover") || list.scrollTop > 4;

  const move = (moment: Moment) => {
    const { filter: wanted, filterService } = moment.view;
    const now = performance.now();
    const next = `${wanted} ${filterService ?? ""} ${String(source.version)}`;
    if (moment.paused && next === key) return;
    if (!next.startsWith(key.replace(/ \d+$/, " "))) steady.reset();
    else if (key !== "") {
      if (held() && rows.length > 0) {
        rows = source.refreshed(rows, moment);
        return;
      }
      if (now - movedAt < MOVE_EVERY_MS) return;
    }
    key = next;
    movedAt = now;
    const all = rowsOf(source.calls(moment), moment.now, 4 * MOST_ROWS);
    rows = all.filter((row) => passes(row, wanted, filterService)).slice(0, MOST_ROWS);
  };

  return {
    element: root,
    update(moment) {
      const { view } = moment;
      source.tick(moment);
      filter.update(view.filter);
      scale.update(view.scale);
      setShown(chip, view.filterService !== undefined);
      setText(chip, `${view.filterService ?? ""} ×`);
      move(moment);
      const tops = rowsInView(rows.map(rowHeight), list.scrollTop, list.clientHeight);
      space.style.height = `${String(tops.height)}px`;
      const inView = tops.slices.flatMap((slice) => rows[slice.index] ?? []);
      const isEnded = (row: Row) => row.call.endedAt !== undefined;
      const wantedMs = sharedScaleMs(
        inView.filter(isEnded).map((row) => row.durationMs),
        inView.filter((row) => !isEnded(row)).map((row) => row.durationMs),
      );
      const sharedMs = moment.paused ? wantedMs : steady.next(wantedMs, performance.now());
      drawAxis(axis, view.scale === "shared" ? sharedMs : undefined);
      const widthPx = barsWidth(space);
      const drawn = tops.slices.flatMap((slice) => {
        const row = rows[slice.index];
        return row ? [{ row, slice }] : [];
      });
      select(space)
        .selectAll<HTMLElement, { row: Row; slice: Slice }>(".call-row")
        .data(drawn, ({ row }) => row.call.id)
        .join((enter) => enter.append(({ row }) => drawRow(row, desk)))
        .order()
        .each(function ({ row, slice }) {
          const scaleMs = view.scale === "shared" ? sharedMs : Math.max(0.1, row.durationMs);
          updateRow(this, row, slice, { ms: scaleMs, px: widthPx }, view.selection);
        });
      setText(note, noteOf(rows.length, held() && !moment.paused));
      setShown(empty, rows.length === 0);
      setText(empty, emptyText(moment, source.problem));
    },
  };
}

/** Width that the bars have; of a row, since the list has a scroll bar. */
function barsWidth(space: HTMLElement): number {
  const bars = space.querySelector(".bars");
  return bars?.clientWidth ?? Math.max(0, space.clientWidth - 320);
}

function noteOf(rows: number, held: boolean): string {
  if (rows === 0) return "";
  return `${formatNumberOf(rows, "call")}, ${held ? "held while you look" : "newest first"}`;
}

function emptyText({ view, snapshot }: Moment, problem: string | undefined): string {
  if (problem !== undefined) return problem;
  if (view.filter === "all" && view.filterService === undefined) {
    return snapshot.calls.length === 0 ? "No call yet. Invoke a function or start load." : "";
  }
  return "No such call among the last 10,000.";
}

function drawAxis(axis: HTMLElement, endMs: number | undefined): void {
  setShown(axis, endMs !== undefined);
  if (endMs === undefined) return;
  select(axis)
    .selectAll<HTMLSpanElement, number>("span")
    .data(ticksMs(endMs))
    .join("span")
    .style("left", (ms) => `${String((ms / endMs) * 100)}%`)
    .each(function (ms) {
      setText(this, ms === 0 ? "0" : durationText(ms));
    });
}
