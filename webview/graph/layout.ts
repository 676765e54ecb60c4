import { layers } from "./layers.ts";

/**
 * A box before it has a place. Callers are left of the gateway, services right of it, and what other
 * programs tell of below those.
 */
export interface Box {
  readonly id: string;
  readonly kind: "caller" | "gateway" | "service" | "stream";
  readonly width: number;
  readonly height: number;
}

export interface Placement {
  /** Top left corner. */
  readonly x: number;
  readonly y: number;
  /** Put there by the user: not moved by anything else. */
  readonly pinned: boolean;
}

export interface LayoutOptions {
  readonly callerGap: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

type Link = readonly [from: string, to: string];

/** A column of more boxes than this is split in two. */
const MOST_IN_COLUMN = 6;
const CALLER_PITCH = 78;
/** Fixed places of the callers around the gateway's middle, so that a new one moves nobody. */
const CALLER_SLOTS: Readonly<Record<string, number>> = {
  "caller:editor": -1,
  "caller:load": 0,
  "caller:external": 1,
};

/**
 * Places boxes in columns from left to right by the depth of calls. Boxes in `kept` stay where
 * they are, except that one which was not pinned gives way when it would cover another. No two
 * boxes overlap unless the user pinned them so. Pure, and the same for the same input.
 */
export function layout(
  boxes: readonly Box[],
  links: readonly Link[],
  options: LayoutOptions,
  kept: ReadonlyMap<string, Placement> = new Map(),
): Map<string, Placement> {
  const suggested = suggest(boxes, links, options);
  const rank = (box: Box) => (kept.get(box.id)?.pinned ? 0 : kept.has(box.id) ? 1 : 2);
  const at = (box: Box): Placement =>
    kept.get(box.id) ?? suggested.get(box.id) ?? { x: 0, y: 0, pinned: false };
  const order = [...boxes].sort((a, b) => rank(a) - rank(b) || at(a).y - at(b).y);
  const placed: { box: Box; x: number; y: number }[] = [];
  const result = new Map<string, Placement>();
  for (const box of order) {
    const { x, pinned } = at(box);
    let { y } = at(box);
    if (!pinned) {
      const gap = options.rowGap / 2;
      for (;;) {
        const other = placed.find((p) => covers(p, { box, x, y }));
        if (!other) break;
        y = other.y + other.box.height + gap;
      }
    }
    placed.push({ box, x, y });
    result.set(box.id, { x, y, pinned });
  }
  return result;
}

interface Placed {
  readonly box: Box;
  readonly x: number;
  readonly y: number;
}

function covers(a: Placed, b: Placed): boolean {
  return (
    a.x < b.x + b.box.width &&
    b.x < a.x + a.box.width &&
    a.y < b.y + b.box.height &&
    b.y < a.y + a.box.height
  );
}

/** Where everything would be if nothing was there before. The gateway's middle is at y = 0. */
function suggest(
  boxes: readonly Box[],
  links: readonly Link[],
  options: LayoutOptions,
): Map<string, Placement> {
  const places = new Map<string, Placement>();
  const place = (id: string, x: number, y: number) => places.set(id, { x, y, pinned: false });
  const callers = boxes.filter((box) => box.kind === "caller");
  const callerWidth = Math.max(0, ...callers.map((box) => box.width));
  for (const box of callers) {
    place(box.id, 0, (CALLER_SLOTS[box.id] ?? 0) * CALLER_PITCH - box.height / 2);
  }
  // The column of callers is kept free before the first one calls.
  let x = Math.max(callerWidth, 84) + options.callerGap;
  const gateways = boxes.filter((box) => box.kind === "gateway");
  for (const box of gateways) place(box.id, x, -box.height / 2);
  x += Math.max(0, ...gateways.map((box) => box.width)) + options.columnGap * 0.75;

  const services = boxes.filter((box) => box.kind === "service");
  for (const layer of layers(services, links)) {
    const columns = Math.ceil(layer.length / MOST_IN_COLUMN);
    const each = Math.ceil(layer.length / columns);
    for (let c = 0; c < columns; c++) {
      const column = layer.slice(c * each, (c + 1) * each);
      const height =
        column.reduce((sum, box) => sum + box.height, 0) + (column.length - 1) * options.rowGap;
      let y = -height / 2;
      for (const box of column) {
        place(box.id, x, y);
        y += box.height + options.rowGap;
      }
      x += Math.max(0, ...column.map((box) => box.width)) + options.columnGap;
    }
  }
  placeBelow(
    boxes.filter((box) => box.kind === "stream"),
    boxes.filter((box) => box.kind === "service"),
    options,
    places,
  );
  return places;
}

/** Places what other programs tell of in lines below our own services, about as wide as those. */
function placeBelow(
  streams: readonly Box[],
  services: readonly Box[],
  options: LayoutOptions,
  places: Map<string, Placement>,
): void {
  const own = services.flatMap((box) => {
    const at = places.get(box.id);
    return at ? [{ ...box, ...at }] : [];
  });
  const left = Math.min(...own.map((box) => box.x), own.length > 0 ? Infinity : 0);
  const widest = Math.max(left, ...own.map((box) => box.x + box.width)) - left;
  let y = Math.max(0, ...own.map((box) => box.y + box.height)) + options.rowGap;
  let x = left;
  let lineHeight = 0;
  for (const box of streams) {
    if (x > left && x + box.width > left + 1.1 * widest) {
      x = left;
      y += lineHeight + options.rowGap;
      lineHeight = 0;
    }
    places.set(box.id, { x, y, pinned: false });
    x += box.width + options.rowGap;
    lineHeight = Math.max(lineHeight, box.height);
  }
}
