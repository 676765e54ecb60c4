const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const large = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** `120/s`, `0.4/s`. */
export function formatRate(perSecond: number): string {
  return perSecond < 10 ? `${trim(perSecond)}/s` : `${formatCount(perSecond)}/s`;
}

/** `4,812`. */
export function formatCount(count: number): string {
  return counts.format(count);
}

/** A figure of an algorithm: `3`, `−2`, `0.33`, `12,400`; a dash for none. */
export function formatFigure(figure: number | null | undefined): string {
  if (figure === null || figure === undefined) return "–";
  const size = Math.abs(figure);
  const text =
    size > 0 && size < 0.01
      ? figure.toPrecision(1)
      : size >= 1e7
        ? large.format(figure)
        : (size < 100 ? fine : counts).format(figure);
  return text.replace("-", "−");
}

/** Time of day: `14:02:11.482`. */
export function formatClock(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

/** `round-robin` → `round robin`. */
export function formatName(id: string): string {
  return id.replaceAll("-", " ");
}

/** `1 call`, `2 calls`. */
export function formatNumberOf(count: number, word: string): string {
  return `${formatCount(count)} ${word}${count === 1 ? "" : "s"}`;
}

function trim(n: number): string {
  return n.toFixed(1).replace(/\.0$/, "");
}
