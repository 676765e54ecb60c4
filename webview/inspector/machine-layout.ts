import type { BreakerStatus } from "../../simulator/protocol/model.ts";

/* Where the states of a breaker are drawn, and how one follows another. */

export interface Place {
  readonly status: BreakerStatus;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface Arrow {
  readonly from: BreakerStatus;
  readonly to: BreakerStatus;
  /** SVG path data. */
  readonly d: string;
  /** What makes it so. */
  readonly hint: string;
}

export interface MachineLayout {
  readonly places: readonly Place[];
  readonly arrows: readonly Arrow[];
  /** The middle of the line on what is waited for. */
  readonly waiting: { readonly x: number; readonly y: number };
  /** What is waited for while open. */
  readonly trial: "probe" | "single test";
}

export const MACHINE_WIDTH = 312;
export const MACHINE_HEIGHT = 120;
export const STATE_HEIGHT = 26;

const ROW = 36;
const HAND_ROW = 90;

const WITH_HALF_OPEN: MachineLayout = {
  places: [
    { status: "closed", x: 0, y: ROW, width: 84 },
    { status: "open", x: 114, y: ROW, width: 84 },
    { status: "half-open", x: 228, y: ROW, width: 84 },
    { status: "held-closed", x: 0, y: HAND_ROW, width: 108 },
    { status: "forced-open", x: 118, y: HAND_ROW, width: 112 },
  ],
  arrows: [
    { from: "closed", to: "open", d: "M84,49H111", hint: "the threshold was crossed" },
    { from: "open", to: "half-open", d: "M198,49H225", hint: "after a pause, one probe" },
    {
      from: "half-open",
      to: "open",
      d: "M252,36C244,18 184,18 170,33",
      hint: "the probe failed",
    },
    {
      from: "half-open",
      to: "closed",
      d: "M282,36C264,-8 64,-8 42,33",
      hint: "the probe succeeded",
    },
  ],
  waiting: { x: 274, y: 82 },
  trial: "probe",
};

/** hystrix-go has no half-open: while open, one caller now and then is let through. */
const WITHOUT_HALF_OPEN: MachineLayout = {
  places: [
    { status: "closed", x: 0, y: ROW, width: 84 },
    { status: "open", x: 128, y: ROW, width: 96 },
    { status: "held-closed", x: 0, y: HAND_ROW, width: 108 },
    { status: "forced-open", x: 128, y: HAND_ROW, width: 112 },
  ],
  arrows: [
    { from: "closed", to: "open", d: "M84,49H125", hint: "the threshold was crossed" },
    {
      from: "open",
      to: "closed",
      d: "M156,36C138,8 66,8 46,33",
      hint: "a call succeeded: the single test, or one that had started before",
    },
    {
      from: "open",
      to: "open",
      d: "M200,36C206,6 260,14 256,38C253,52 240,51 227,50",
      hint: "the single test failed: the pause begins again",
    },
  ],
  waiting: { x: 176, y: 79 },
  trial: "single test",
};

/** The picture of an engine's states. */
export function machineLayout(engine: string): MachineLayout {
  return engine === "hystrix-go" ? WITHOUT_HALF_OPEN : WITH_HALF_OPEN;
}

/** The state's place; in a picture without it, that of open. */
export function placeOf({ places }: MachineLayout, status: BreakerStatus): Place {
  const place =
    places.find((one) => one.status === status) ?? places.find((one) => one.status === "open");
  if (!place) throw new Error("A breaker without an open state cannot be drawn.");
  return place;
}

/** The way from one state to another: that of the arrow there is, or else straight across. */
export function wayBetween(layout: MachineLayout, from: BreakerStatus, to: BreakerStatus): string {
  const arrow = layout.arrows.find((one) => one.from === from && one.to === to);
  if (arrow) return arrow.d;
  const [a, b] = [placeOf(layout, from), placeOf(layout, to)];
  if (a === b) return "";
  const middle = STATE_HEIGHT / 2;
  if (a.y === b.y) {
    // Below the row, so that it is not taken for one of the arrows above it.
    const y = a.y + STATE_HEIGHT;
    const [x1, x2] = [a.x + a.width / 2, b.x + b.width / 2];
    return `M${String(x1)},${String(y)}C${String(x1)},${String(y + 14)} ${String(x2)},${String(y + 14)} ${String(x2)},${String(y + 3)}`;
  }
  const down = a.y < b.y;
  const x1 = a.x + a.width / 2 + (down ? -6 : 6);
  const x2 = b.x + b.width / 2 + (down ? -6 : 6);
  const y1 = down ? a.y + STATE_HEIGHT : a.y;
  const y2 = down ? b.y - 3 : b.y + STATE_HEIGHT + 3;
  if (Math.abs(x1 - x2) < 30) return `M${String(x1)},${String(y1)}L${String(x2)},${String(y2)}`;
  const bend = down ? middle : -middle;
  return `M${String(x1)},${String(y1)}C${String(x1)},${String(y1 + bend)} ${String(x2)},${String(y2 - bend)} ${String(x2)},${String(y2)}`;
}
