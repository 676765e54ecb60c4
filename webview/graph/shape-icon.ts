import { create, type Selection } from "d3";
import type { Shape, Tone } from "../words.ts";
import { SHAPES } from "./shapes.ts";

/** A condition's icon for use in HTML: colour and shape say the same. */
export interface ShapeIcon {
  readonly element: SVGSVGElement;
  update(shape: Shape, tone: Tone): void;
}

export function shapeIcon(): ShapeIcon {
  const svg = create("svg:svg")
    .attr("viewBox", "-6 -6 12 12")
    .attr("aria-hidden", "true") as unknown as Selection<SVGSVGElement, undefined, null, undefined>;
  const path = svg.append("path");
  const element = svg.node();
  if (!element) throw new Error("An SVG element could not be made.");
  return {
    element,
    update(shape, tone) {
      svg.attr("class", `icon shape-${shape} tone-${tone}`);
      path.attr("d", SHAPES[shape]);
    },
  };
}
