const widths = new Map<string, number>();
let context: CanvasRenderingContext2D | null | undefined;

/** Width of a text in px at the given font size, in the page's own font. */
export function widthOf(text: string, fontPx: number, weight = 400): number {
  const key = `${String(weight)} ${String(fontPx)} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  context ??= document.createElement("canvas").getContext("2d");
  if (!context) return text.length * fontPx * 0.6;
  const family = getComputedStyle(document.body).fontFamily;
  context.font = `${String(weight)} ${String(fontPx)}px ${family}`;
  const { width } = context.measureText(text);
  if (widths.size > 2000) widths.clear();
  widths.set(key, width);
  return width;
}

/** The text, or as much of it as fits with an ellipsis; nothing when hardly a letter would. */
export function fitText(text: string, maxPx: number, fontPx: number, weight = 400): string {
  if (widthOf(text, fontPx, weight) <= maxPx) return text;
  if (maxPx < 4 * fontPx) return "";
  let kept = text.length - 1;
  while (kept > 1 && widthOf(`${text.slice(0, kept)}…`, fontPx, weight) > maxPx) kept--;
  return `${text.slice(0, kept).trimEnd()}…`;
}
