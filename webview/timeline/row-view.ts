import { durationText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import type { Selection } from "../../simulator/protocol/panel.ts";
import { element, setAttribute, setText } from "../element.ts";
import { fitText } from "../fit-text.ts";
import { formatClock } from "../format.ts";
import type { Desk } from "../part.ts";
import { outcomeWord, toneOf } from "../words.ts";
import type { Bar, Row } from "./rows.ts";
import type { Slice } from "./slice.ts";

const LANE_PX = 20;
const PADDING_PX = 4;

const BAR_FONT_PX = 11;

/** The time and the width that a row's bars have. */
export interface Scale {
  readonly ms: number;
  readonly px: number;
}

/** Height of a row in px: a lane for each of the calls made at the same time. */
export function rowHeight(row: Row): number {
  return row.lanes * LANE_PX + 2 * PADDING_PX;
}

/** Draws an empty row. */
export function drawRow(row: Row, desk: Desk): HTMLElement {
  const built = element(
    "div",
    { class: "call-row", role: "option", "data-call": row.call.id },
    element("time"),
    element("span", { class: "row-service" }),
    element("span", { class: "row-outcome" }),
    element("div", { class: "bars" }),
  );
  built.addEventListener("click", () => {
    desk.select({ call: row.call.id });
  });
  return built;
}

/** Brings a row up to date. */
export function updateRow(
  built: HTMLElement,
  row: Row,
  { top }: Slice,
  scale: Scale,
  selection: Selection,
): void {
  const { call } = row;
  const selected = selection !== null && "call" in selection && selection.call === call.id;
  const result = resultOf(row);
  built.style.top = `${String(top)}px`;
  built.style.height = `${String(rowHeight(row))}px`;
  setAttribute(built, "aria-selected", String(selected));
  setAttribute(
    built,
    "aria-label",
    `${formatClock(call.startedAt)} ${call.service}: ${result}, ${durationText(row.durationMs)}`,
  );
  const [time, service, outcome, bars] = built.children;
  if (time) setText(time, formatClock(call.startedAt));
  if (service) setText(service, call.service);
  if (outcome) {
    setText(outcome, result);
    setAttribute(outcome, "title", result);
    const tone = call.outcome === "success" && fellBack(row) ? "fallback" : toneOf(call.outcome);
    setAttribute(outcome, "class", `row-outcome tone-${tone}`);
  }
  if (!bars) return;
  select(bars)
    .selectAll<HTMLDivElement, Bar>("div")
    .data(
      row.bars.toSorted((a, b) => a.depth - b.depth),
      (bar) => bar.key,
    )
    .join("div")
    .order()
    .attr("class", classOf)
    .attr("title", titleOf)
    .style("left", (bar) => percent(bar.fromMs / scale.ms))
    .style("width", (bar) => percent((bar.toMs - bar.fromMs) / scale.ms))
    .style("top", (bar) => `${String(PADDING_PX + bar.lane * LANE_PX + insetOf(bar))}px`)
    .style("height", (bar) => `${heightOf(bar)}px`)
    .style("line-height", (bar) => `${heightOf(bar)}px`)
    .each(function (bar) {
      // A bar around others has its name only in front of the first of them.
      const endMs = bar.kind === "attempt" ? (bar.innerMs ?? bar.toMs) : bar.toMs;
      const roomPx = ((endMs - bar.fromMs) / scale.ms) * scale.px - 14;
      setText(this, fitText(textOf(bar), roomPx, BAR_FONT_PX));
    });
}

function percent(share: number): string {
  return `${(Math.max(0, share) * 100).toFixed(3)}%`;
}

function insetOf(bar: Bar): number {
  return Math.min(3, 1 + bar.depth);
}

function heightOf(bar: Bar): number {
  return (bar.kind === "attempt" ? bar.lanes : 1) * LANE_PX - 2 * insetOf(bar);
}

function classOf(bar: Bar): string {
  if (bar.kind !== "attempt") return bar.kind === "backoff" ? "bar backoff" : "bar tone-fallback";
  const running = bar.outcome === undefined ? " running" : "";
  return `bar tone-${toneOf(bar.outcome)}${bar.around ? " around" : ""}${running}`;
}

function textOf(bar: Bar): string {
  if (bar.kind !== "attempt") return bar.kind === "backoff" ? "" : "fallback";
  const name = bar.instance ?? bar.service;
  if (bar.around) return name;
  const end = bar.outcome === "success" || bar.outcome === "failure" ? bar.status : undefined;
  return `${name} · ${String(end ?? outcomeWord(bar.outcome))}`;
}

function titleOf(bar: Bar): string {
  const span = durationText(Math.max(0, bar.toMs - bar.fromMs));
  if (bar.kind !== "attempt") return `${bar.kind}, ${span}`;
  const status = bar.status === undefined ? "" : ` ${String(bar.status)}`;
  return `${bar.instance ?? bar.service}: ${outcomeWord(bar.outcome)}${status}, ${span}`;
}

/** Whether a call within was answered by its fallback. */
function fellBack({ bars }: Row): boolean {
  return bars.some((bar) => bar.kind === "fallback" && bar.depth > 0);
}

/** `200 after 1 retry`, `200 fallback`, `503 failed`, `timeout`. */
function resultOf(row: Row): string {
  const { call, retries } = row;
  if (call.outcome === undefined) return "running…";
  const status = call.status === undefined ? "" : String(call.status);
  const after =
    retries > 0 ? `after ${String(retries)} ${retries === 1 ? "retry" : "retries"}` : "";
  const word =
    call.outcome === "success" ? (fellBack(row) ? "· fallback" : "") : outcomeWord(call.outcome);
  const text = [status, word, word ? "" : after].filter(Boolean).join(" ");
  return text || outcomeWord(call.outcome);
}
