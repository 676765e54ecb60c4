import type { BalancerPicture } from "../../simulator/protocol/balancer-model.ts";

/** From where to where a figure's bar goes, as fractions of its cell. */
export interface Bar {
  readonly from: number;
  readonly to: number;
}

/**
 * The bars of a picture's figures, by row and column: all of a column on one scale that has zero
 * in it. Undefined where there is no figure.
 */
export function columnBars({ columns, rows }: BalancerPicture): (Bar | undefined)[][] {
  const scales = columns.map((_, column) => {
    const figures = rows.map((row) => row.figures[column] ?? 0).filter(Number.isFinite);
    return { least: Math.min(0, ...figures), most: Math.max(0, ...figures) };
  });
  return rows.map((row) =>
    scales.map(({ least, most }, column) => {
      const figure = row.figures[column];
      if (figure === null || figure === undefined || !Number.isFinite(figure)) return undefined;
      const span = most - least || 1;
      const zero = (0 - least) / span;
      const end = (figure - least) / span;
      return { from: Math.min(zero, end), to: Math.max(zero, end) };
    }),
  );
}
