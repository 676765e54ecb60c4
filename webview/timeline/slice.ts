/** A row in view: its index and the px from the top of the list. */
export interface Slice {
  readonly index: number;
  readonly top: number;
}

/** Rows drawn beyond the window on either side, in px, so that scrolling shows no gaps. */
const BEYOND_PX = 120;

/** Which rows of different heights a scrolled window shows. */
export function rowsInView(
  heights: readonly number[],
  scrolled: number,
  windowHeight: number,
): { readonly slices: readonly Slice[]; readonly height: number } {
  const slices: Slice[] = [];
  let top = 0;
  heights.forEach((height, index) => {
    const seen = top + height >= scrolled - BEYOND_PX && top <= scrolled + windowHeight + BEYOND_PX;
    if (seen) slices.push({ index, top });
    top += height;
  });
  return { slices, height: top };
}
