import type { Shape } from "../words.ts";

/** SVG path data of the shapes that stand for conditions, in a box from -5 to 5. */
export const SHAPES: Readonly<Record<Shape, string>> = {
  disc: "M-4.5,0a4.5,4.5 0 1,0 9,0a4.5,4.5 0 1,0 -9,0Z",
  ring: "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0Z",
  "dashed-ring": "M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0Z",
  triangle: "M0,-5L5.2,4.2H-5.2Z",
  half: "M0,-4.5a4.5,4.5 0 0,0 0,9Z M0,-4.5a4.5,4.5 0 0,1 0,9",
  bars: "M-4,-4.5h3v9h-3Z M1,-4.5h3v9h-3Z",
  square: "M-4,-4h8v8h-8Z",
  cross: "M-4,-4L4,4M4,-4L-4,4",
};

/** A lightning bolt: a fault is injected. */
export const BOLT = "M1.2,-5.5L-3.6,1H-0.4L-1.2,5.5L3.6,-1H0.4Z";
/** A padlock: set by hand. */
export const PADLOCK = "M-3.6,-0.6h7.2v5h-7.2Z M-2.2,-0.6v-2a2.2,2.2 0 0,1 4.4,0v2";
