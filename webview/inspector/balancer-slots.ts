import { shareText } from "../../simulator/protocol/figure-text.ts";
import { pointer, select, type Selection } from "d3";
import { element, setAttribute, setText } from "../element.ts";
import { formatCount } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { type Held, holdingsLegend, holdingText } from "./holdings-legend.ts";
import { seriesClass, seriesNumber } from "./series.ts";
import { slotAt, slotGrid, type SlotGrid } from "./slot-grid.ts";
import type { Spotlight } from "./spotlight.ts";

/** What is drawn: the row of each slot, and the rows' instances. */
export interface SlotsLook {
  readonly size: number;
  readonly slots: readonly number[];
  readonly order: readonly string[];
  readonly spotlight: Spotlight;
}

interface Area extends Held {
  readonly d: string;
}

const WIDTH = 308;
const MOST_HEIGHT = 104;
/** Px that a slot needs for a number in it. */
const NUMBERED = 15;

/** The lookup table: a key's hash names a slot, and the slot an instance. */
export function balancerSlots(desk: Desk): Part<SlotsLook> {
  const drawing = element("div", { class: "slots", role: "img" });
  const svg = select(drawing).append("svg");
  const areas = svg.append("g");
  const numbers = svg.append("g");
  const legend = holdingsLegend("slot", desk);
  const readout = element("p", { class: "muted readout" });
  const root = element("div", { class: "drawing" }, drawing, legend.element, readout);
  let look: SlotsLook | undefined;
  let drawn: { look: SlotsLook; grid: SlotGrid; areas: readonly Area[] } | undefined;
  drawing.addEventListener("pointermove", (event) => {
    const node = svg.node();
    if (!node || !look || !drawn) return;
    const [x, y] = pointer(event, node);
    const slot = slotAt(drawn.grid, x, y, look.slots.length);
    const row = slot === undefined ? undefined : look.slots[slot];
    look.spotlight.point(row === undefined ? undefined : look.order[row]);
  });
  drawing.addEventListener("pointerleave", () => {
    look?.spotlight.point(undefined);
  });
  return {
    element: root,
    update(next) {
      look = next;
      const { slots, order, size, spotlight } = next;
      if (!drawn || !sameTable(drawn.look, next)) {
        const grid = slotGrid(slots.length, WIDTH, MOST_HEIGHT);
        const held = heldSlots(slots, order);
        drawn = {
          look: next,
          grid,
          areas: held.map((one) => ({ ...one, d: areaOf(slots, one.index, grid) })),
        };
        svg.attr("viewBox", `0 0 ${String(WIDTH)} ${String(grid.rows * grid.pitch)}`);
        const words = held.map((one) => `${one.instance} ${shareText(one.share)}`);
        setAttribute(drawing, "aria-label", `Lookup table: ${words.join(", ")}.`);
        setAttribute(drawing, "class", grid.pitch >= NUMBERED ? "slots numbered" : "slots");
        drawNumbers(numbers, next, grid);
      }
      const held = drawn.areas;
      areas
        .selectAll<SVGPathElement, Area>("path")
        .data(held, (one) => one.instance)
        .join("path")
        .attr(
          "class",
          (one) =>
            `slot-area ${seriesClass(one.instance, one.index)}${spotlight.classOf(one.instance)}`,
        )
        .attr("d", (one) => one.d);
      legend.update({ held, spotlight });
      const lit = held.find((one) => one.instance === spotlight.instance);
      const sampled = slots.length < size ? `, ${formatCount(slots.length)} of them drawn` : "";
      setText(
        readout,
        holdingText(lit, "table", "slot") ||
          `${formatCount(size)} slots${sampled}; a key's hash names one.`,
      );
    },
  };
}

function sameTable(a: SlotsLook, b: SlotsLook): boolean {
  const same = <T>(one: readonly T[], other: readonly T[]) =>
    one.length === other.length && one.every((value, i) => value === other[i]);
  return same(a.slots, b.slots) && same(a.order, b.order);
}

function heldSlots(slots: readonly number[], order: readonly string[]): Held[] {
  const counts = new Map<number, number>();
  for (const slot of slots) counts.set(slot, (counts.get(slot) ?? 0) + 1);
  return order.flatMap((instance, index) => {
    const count = counts.get(index) ?? 0;
    return count > 0 ? [{ instance, index, count, share: count / slots.length }] : [];
  });
}

/** All slots of one row; those beside each other are one rectangle where there is no gap. */
function areaOf(slots: readonly number[], row: number, grid: SlotGrid): string {
  const { columns, pitch, gap } = grid;
  let d = "";
  for (let i = 0; i < slots.length;) {
    let end = i + 1;
    if (slots[i] === row) {
      if (gap === 0) while (end % columns !== 0 && slots[end] === row) end++;
      const x = (i % columns) * pitch;
      const y = Math.floor(i / columns) * pitch;
      const width = (end - i) * pitch - gap;
      d += `M${x.toFixed(2)},${y.toFixed(2)}h${width.toFixed(2)}v${(pitch - gap).toFixed(2)}h${(-width).toFixed(2)}z`;
    }
    i = end;
  }
  return d;
}

function drawNumbers(
  group: Selection<SVGGElement, unknown, null, undefined>,
  { slots, order }: SlotsLook,
  { columns, pitch, gap }: SlotGrid,
): void {
  group
    .selectAll("text")
    .data(pitch >= NUMBERED ? [...slots] : [])
    .join("text")
    .attr("class", "slot-number")
    .attr("text-anchor", "middle")
    .attr("x", (_, i) => (i % columns) * pitch + (pitch - gap) / 2)
    .attr("y", (_, i) => Math.floor(i / columns) * pitch + (pitch - gap) / 2 + 4)
    .text((row) => seriesNumber(order[row] ?? "", row));
}
