/** A word as it stands on a line of HAProxy's; the inverse of reading one. */
export function written(word: string): string {
  if (word === "") return '""';
  return word
    .replaceAll(/[\\ #"']/g, String.raw`\$&`)
    .replaceAll("\t", String.raw`\t`)
    .replaceAll("\r", String.raw`\r`)
    .replaceAll("\n", String.raw`\n`);
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** A time in ms in the largest unit that names it exactly; at least 1 ms, in whole ones. */
export function writtenTime(ms: number): string {
  const whole = Math.max(1, Math.round(ms));
  const unit = UNITS.find(([, factor]) => whole % factor === 0);
  return unit ? `${whole / unit[1]}${unit[0]}` : `${whole}ms`;
}
