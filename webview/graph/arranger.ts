import type { Arrangement } from "../view-state.ts";
import type { Rect } from "./edge-path.ts";
import { layout, type Placement } from "./layout.ts";
import { sizeOf, type Measures } from "./measures.ts";
import type { Graph } from "./model.ts";

/** Keeps every node's place: across updates, and with what was saved across reloads. */
export class Arranger {
  #placements = new Map<string, Placement>();
  #measures: Measures | undefined;

  /** Starts from what was saved. */
  load(saved: Arrangement | undefined): void {
    this.#placements = new Map(Object.entries(saved?.nodes ?? {}));
    this.#measures = undefined;
  }

  /** Forgets all places: everything is laid out anew. */
  clear(): void {
    this.#placements.clear();
  }

  /** Places of all nodes; untouched graphs are laid out anew for another kind of window. */
  arrange(graph: Graph, measures: Measures, touched: boolean): Map<string, Rect> {
    if (this.#measures && this.#measures !== measures && !touched) this.clear();
    this.#measures = measures;
    const boxes = graph.nodes.map((node) => ({
      id: node.id,
      kind: node.kind,
      ...sizeOf(node, measures),
    }));
    const links = graph.edges.map(({ from, to }) => [from, to] as const);
    const placed = layout(boxes, links, measures, this.#placements);
    for (const [id, placement] of placed) this.#placements.set(id, placement);
    return new Map(
      boxes.map(({ id, width, height }) => {
        const { x, y } = placed.get(id) ?? { x: 0, y: 0 };
        return [id, { x, y, width, height }];
      }),
    );
  }

  /** The user moved a node by so much. */
  move(id: string, dx: number, dy: number): void {
    const at = this.#placements.get(id);
    if (at) this.#placements.set(id, { x: at.x + dx, y: at.y + dy, pinned: true });
  }

  /** What to save. */
  saved(): Arrangement["nodes"] {
    return Object.fromEntries(this.#placements);
  }
}

/** The box around all boxes. */
export function boundsOf(rects: Iterable<Rect>): Rect {
  const all = [...rects];
  if (all.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const x = Math.min(...all.map((r) => r.x));
  const y = Math.min(...all.map((r) => r.y));
  return {
    x,
    y,
    width: Math.max(...all.map((r) => r.x + r.width)) - x,
    height: Math.max(...all.map((r) => r.y + r.height)) - y,
  };
}
