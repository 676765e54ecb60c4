/** A quarter of each is a short number too. */
const STEPS = [1, 1.2, 1.6, 2, 2.4, 2.8, 3.2, 4, 4.8, 6, 8, 10];

/** The least round number of ms (one of the steps times a power of ten) that is not below `ms`. */
export function roundUpMs(ms: number): number {
  const wanted = Math.max(1, ms);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = STEPS.find((s) => s * power >= wanted * 0.999) ?? 10;
  return step * power;
}

/** What a scale shared by all rows in view ends at: the longest of them, rounded up. */
export function sharedScaleMs(durationsMs: readonly number[]): number {
  if (durationsMs.length === 0) return 100;
  return roundUpMs(Math.max(...durationsMs));
}

/** Ticks of an axis from 0 to `endMs`: four equal parts. */
export function ticksMs(endMs: number): number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * endMs);
}
