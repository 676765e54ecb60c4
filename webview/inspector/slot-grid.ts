/** How the slots of a lookup table are laid out: in reading order, as near to squares as fits. */
export interface SlotGrid {
  readonly columns: number;
  readonly rows: number;
  /** Side of a slot in px, its gap included. */
  readonly pitch: number;
  readonly gap: number;
}

const LARGEST = 24;

/** The grid for so many slots in a box of so many px. */
export function slotGrid(slots: number, width: number, mostHeight: number): SlotGrid {
  const count = Math.max(1, slots);
  let columns = Math.max(1, Math.ceil(width / LARGEST));
  while (Math.ceil(count / columns) * (width / columns) > mostHeight) columns++;
  const pitch = width / columns;
  return {
    columns,
    rows: Math.ceil(count / columns),
    pitch,
    gap: pitch > 14 ? 2 : pitch > 5 ? 1 : 0,
  };
}

/** The slot at a place of the grid; undefined beside it. */
export function slotAt(grid: SlotGrid, x: number, y: number, slots: number): number | undefined {
  const column = Math.floor(x / grid.pitch);
  const row = Math.floor(y / grid.pitch);
  if (column < 0 || column >= grid.columns || row < 0) return undefined;
  const slot = row * grid.columns + column;
  return slot < slots ? slot : undefined;
}
