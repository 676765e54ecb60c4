/** Where an axis of shares may end, and the step of its lines. */
const ENDS: readonly (readonly [end: number, step: number])[] = [
  [0.04, 0.02],
  [0.1, 0.05],
  [0.2, 0.1],
  [0.4, 0.2],
  [0.6, 0.3],
  [1, 0.5],
];

/** The least axis that `most`, a share of 1, fits on: its end and its lines. */
export function sharesScale(most: number): {
  readonly end: number;
  readonly ticks: readonly number[];
} {
  const [end, step] = ENDS.find(([fits]) => most <= fits) ?? [1, 0.5];
  return { end, ticks: [0, step, 2 * step] };
}

/** Heights at least `gap` apart and as near as they can be to where they should be. */
export function spread(wanted: readonly number[], gap: number, least: number, most: number) {
  const order = wanted.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  const places = new Array<number>(wanted.length).fill(0);
  let floor = least;
  for (const { y, i } of order) {
    places[i] = Math.max(y, floor);
    floor = (places[i] ?? 0) + gap;
  }
  let ceiling = most;
  for (const { i } of order.reverse()) {
    places[i] = Math.min(places[i] ?? 0, ceiling);
    ceiling = (places[i] ?? 0) - gap;
  }
  return places;
}
