import type { Selection as Chosen } from "../../simulator/protocol/panel.ts";
import type { Selection } from "d3";
import type { Rect } from "./edge-path.ts";
import { directionOf, nearest } from "./nearest.ts";
import { selectionOf } from "./targets.ts";

export interface KeyActions {
  select(selection: Chosen): void;
  /** Moves a node. */
  move(id: string, dx: number, dy: number): void;
  zoom(factor: number): void;
  fit(): void;
}

const STEP = 12;

/**
 * Keys in the graph: arrows go to the next node, with Alt they move it; Enter selects, Escape
 * clears; plus and minus zoom, zero fits.
 */
export function listenToKeys(
  svg: Selection<SVGSVGElement, unknown, null, undefined>,
  actions: KeyActions,
): void {
  svg.on("keydown", (event: KeyboardEvent) => {
    const node = event.target instanceof Element ? event.target.closest("[data-node]") : null;
    if (handle(event, node, svg.node(), actions)) event.preventDefault();
  });
}

function handle(
  event: KeyboardEvent,
  node: Element | null,
  svg: SVGSVGElement | null,
  actions: KeyActions,
): boolean {
  const direction = directionOf(event.key);
  if (direction && node && svg) {
    if (event.altKey) {
      const card = node.closest(".node")?.getAttribute("data-node");
      const dx = direction === "left" ? -STEP : direction === "right" ? STEP : 0;
      const dy = direction === "up" ? -STEP : direction === "down" ? STEP : 0;
      if (card) actions.move(card, dx, dy);
      return true;
    }
    const places = new Map<string, Rect>();
    const byId = new Map<string, SVGElement>();
    // Lines are reached by Tab: between two boxes they would only be in the way.
    for (const other of svg.querySelectorAll<SVGElement>(
      "[data-node][tabindex='0']:not(.edge-hit)",
    )) {
      const id = other.getAttribute("data-node") ?? "";
      if (other !== node) places.set(id, other.getBoundingClientRect());
      byId.set(id, other);
    }
    const next = nearest(node.getBoundingClientRect(), places, direction);
    if (next !== undefined) byId.get(next)?.focus();
    return true;
  }
  switch (event.key) {
    case "Enter":
    case " ":
      actions.select(selectionOf(node));
      return true;
    case "Escape":
      actions.select(null);
      return true;
    case "+":
    case "=":
      actions.zoom(1.25);
      return true;
    case "-":
      actions.zoom(1 / 1.25);
      return true;
    case "0":
      actions.fit();
      return true;
    default:
      return false;
  }
}
