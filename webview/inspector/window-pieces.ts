import { percentText } from "../../simulator/protocol/figure-text.ts";
import type { BreakerWindow, WindowBar } from "../../simulator/protocol/model.ts";

/* The bars of a breaker's window, as pieces that lie upon each other. */

/** What happened in a piece; `failure` is what the engine does not tell apart. */
export const PIECE_KINDS = ["success", "failure", "timeout", "rejection", "short-circuit"] as const;
export type PieceKind = (typeof PIECE_KINDS)[number];

export interface WindowPiece {
  readonly key: string;
  readonly kind: PieceKind;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A bar's whole column, for what is said of it. */
export interface WindowColumn {
  readonly bar: WindowBar;
  readonly x: number;
  readonly width: number;
}

/** How many of each kind a bar holds. */
export function countsOf(bar: WindowBar): Record<PieceKind, number> {
  const { successes, failures, timeouts = 0, rejections = 0, shortCircuits = 0 } = bar;
  return {
    success: successes,
    failure: Math.max(0, failures - timeouts - rejections - shortCircuits),
    timeout: timeouts,
    rejection: rejections,
    "short-circuit": shortCircuits,
  };
}

/** A bar alone would be a wall. */
const WIDEST = 30;

/** The columns of a window over the given width; along time, where the bars have one. */
export function windowColumns(bars: readonly WindowBar[], width: number): WindowColumn[] {
  const [first] = bars;
  const last = bars.at(-1);
  const start = first?.from;
  const end = last?.from === undefined ? undefined : last.from + (last.ms ?? 0);
  const gap = bars.length > 60 ? 0.5 : bars.length > 30 ? 1 : 3;
  if (bars.length > 1 && start !== undefined && end !== undefined && end > start) {
    const scale = width / (end - start);
    return bars.map((bar) => {
      const wide = Math.max(1, (bar.ms ?? 0) * scale - gap);
      return { bar, x: ((bar.from ?? start) - start) * scale, width: wide };
    });
  }
  const pitch = Math.min(WIDEST, width / Math.max(1, bars.length));
  const left = width - pitch * bars.length;
  return bars.map((bar, i) => ({
    bar,
    x: left + i * pitch,
    width: Math.max(1, pitch - Math.min(gap, pitch / 4)),
  }));
}

/** The pieces of all columns: successes at the bottom, errors upon them. */
export function windowPieces(columns: readonly WindowColumn[], height: number): WindowPiece[] {
  const most = Math.max(1, ...columns.map(({ bar }) => bar.successes + bar.failures));
  return columns.flatMap(({ bar, x, width }, i) => {
    const counts = countsOf(bar);
    let y = height;
    return PIECE_KINDS.flatMap((kind) => {
      if (counts[kind] === 0) return [];
      const high = (counts[kind] / most) * height;
      y -= high;
      // A hair between two pieces, where both can be seen without it.
      const shown = high > 2 && y + high < height ? high - 1 : high;
      return [{ key: `${String(i)} ${kind}`, kind, x, y, width, height: shown }];
    });
  });
}

/** `58% errors, 14 of 24`, `3 failures in a row`, `nothing counted yet`. */
export function windowText({ requests, errors, value, unit }: BreakerWindow): string {
  if (unit === "in a row")
    return `${String(value)} ${value === 1 ? "failure" : "failures"} in a row`;
  if (requests === 0) return "nothing counted yet";
  return `${percentText(value)} errors, ${String(errors)} of ${String(requests)}`;
}

/** `opens at 50%`, `opens above 50%`, `opens at 4`. */
export function thresholdText({ unit, threshold, opens }: BreakerWindow): string {
  return `opens ${opens} ${unit === "percent" ? percentText(threshold) : String(threshold)}`;
}

/** `12 of 20 requests needed`, `24 requests, 20 needed`; undefined without such a rule. */
export function volumeText({ requests, volume }: BreakerWindow): string | undefined {
  if (volume === undefined) return undefined;
  return requests < volume
    ? `${String(requests)} of ${String(volume)} requests needed`
    : `${String(requests)} requests, ${String(volume)} needed`;
}

/** Whether the figure alone would open it. */
export function isOver({ value, threshold, opens }: BreakerWindow): boolean {
  return opens === "at" ? value >= threshold : value > threshold;
}
