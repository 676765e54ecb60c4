import { zoom, zoomIdentity, zoomTransform, type Selection, type ZoomTransform } from "d3";
import type { Rect } from "./edge-path.ts";

export interface CameraListener {
  /** The user moved the picture: from now on it is not fitted by itself. */
  movedByUser(): void;
}

/** So small that all of a large cluster fits into half a window. */
const LEAST = 0.1;
const MOST = 3;
const MARGIN = 20;

/** Zooming and panning of the graph. */
export class Camera {
  readonly #svg: Selection<SVGSVGElement, unknown, null, undefined>;
  readonly #zoom = zoom<SVGSVGElement, unknown>().scaleExtent([LEAST, MOST]);

  constructor(
    svg: Selection<SVGSVGElement, unknown, null, undefined>,
    viewport: Selection<SVGGElement, unknown, null, undefined>,
    listener: CameraListener,
  ) {
    this.#svg = svg;
    this.#zoom
      .on("zoom", ({ transform }: { transform: ZoomTransform }) => {
        viewport.attr("transform", transform.toString());
      })
      .on("end", (event: { sourceEvent: unknown }) => {
        if (event.sourceEvent) listener.movedByUser();
      });
    svg.call(this.#zoom).on("dblclick.zoom", null);
  }

  set({ x, y, k }: { readonly x: number; readonly y: number; readonly k: number }): void {
    this.#svg.call(this.#zoom.transform.bind(this.#zoom), zoomIdentity.translate(x, y).scale(k));
  }

  by(factor: number): void {
    this.#svg.call(this.#zoom.scaleBy.bind(this.#zoom), factor);
  }

  get(): { x: number; y: number; k: number } {
    const node = this.#svg.node();
    const { x, y, k } = node ? zoomTransform(node) : zoomIdentity;
    return { x, y, k };
  }

  /** Shows all of `bounds` in a window of the given size, at most at its natural size. */
  fit(bounds: Rect, width: number, height: number): void {
    const k = Math.max(
      LEAST,
      Math.min(
        1.15,
        (width - 2 * MARGIN) / Math.max(1, bounds.width),
        (height - 2 * MARGIN) / Math.max(1, bounds.height),
      ),
    );
    const x = width / 2 - k * (bounds.x + bounds.width / 2);
    const y = height / 2 - k * (bounds.y + bounds.height / 2);
    this.set({ x, y, k });
  }
}
