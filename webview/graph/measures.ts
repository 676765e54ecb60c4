import type { StreamState } from "../../simulator/protocol/model.ts";
import type { GraphNode } from "./model.ts";

/** Sizes of the graph, in its own units: pixels at zoom 1. */
export interface Measures {
  readonly callerWidth: number;
  readonly gatewayWidth: number;
  readonly serviceWidth: number;
  /** Between columns, for callers and for services. */
  readonly callerGap: number;
  readonly columnGap: number;
  readonly rowGap: number;
}

export const ROOMY: Measures = {
  callerWidth: 100,
  gatewayWidth: 136,
  serviceWidth: 244,
  callerGap: 80,
  columnGap: 116,
  rowGap: 40,
};

/** For windows of half a screen. */
export const COMPACT: Measures = {
  callerWidth: 76,
  gatewayWidth: 124,
  serviceWidth: 216,
  callerGap: 40,
  columnGap: 84,
  rowGap: 24,
};

export const CALLER_HEIGHT = 36;
export const GATEWAY_HEIGHT = 72;
export const CARD_HEADER = 58;
export const INSTANCE_HEIGHT = 28;
export const INSTANCE_GAP = 4;
export const CARD_PADDING = 10;
/** More instances than this are drawn as a grid of dots. */
export const MOST_ROWS = 8;
export const DOT_PITCH = 20;

/** The card of a command in a stream's group. */
export const COMMAND_HEIGHT = 42;
export const COMMAND_GAP = 4;
/** More commands than this are counted and left to the inspector. */
const MOST_COMMANDS = 12;
const MOST_COMMANDS_COMPACT = 6;
/** Wanted rows: more commands than these begin another column. */
const ROWS = 4;
const ROWS_COMPACT = 3;
const COMMAND_WIDTH = 240;
const COMMAND_WIDTH_COMPACT = 224;
const FOOT_HEIGHT = 24;

/** How the commands of a stream are laid out. */
export interface CommandGrid {
  readonly shown: number;
  readonly columns: number;
  readonly rows: number;
  /** Those that are left out. */
  readonly more: number;
  readonly cellWidth: number;
}

/** The grid of a stream's commands; fewer of them in narrow windows. */
export function commandGrid(stream: StreamState, measures: Measures): CommandGrid {
  const all = Object.keys(stream.commands).length;
  const narrow = measures === COMPACT;
  const shown = Math.min(all, narrow ? MOST_COMMANDS_COMPACT : MOST_COMMANDS);
  const columns = Math.max(1, Math.ceil(shown / (narrow ? ROWS_COMPACT : ROWS)));
  return {
    shown,
    columns,
    rows: Math.ceil(shown / columns),
    more: all - shown + stream.leftOut,
    cellWidth: narrow ? COMMAND_WIDTH_COMPACT : COMMAND_WIDTH,
  };
}

/** Place of a command in its group, relative to the group. */
export function commandPlace(index: number, grid: CommandGrid): { x: number; y: number } {
  return {
    x: CARD_PADDING + (index % grid.columns) * (grid.cellWidth + COMMAND_GAP),
    y: CARD_HEADER + Math.floor(index / grid.columns) * (COMMAND_HEIGHT + COMMAND_GAP),
  };
}

function streamSize(stream: StreamState, measures: Measures): { width: number; height: number } {
  const grid = commandGrid(stream, measures);
  const rows = Math.max(1, grid.rows);
  return {
    width: 2 * CARD_PADDING + grid.columns * (grid.cellWidth + COMMAND_GAP) - COMMAND_GAP,
    height:
      CARD_HEADER +
      rows * (COMMAND_HEIGHT + COMMAND_GAP) -
      COMMAND_GAP +
      (grid.more > 0 ? FOOT_HEIGHT : 0) +
      CARD_PADDING,
  };
}

/** Dots in one line of a card. */
export function dotsPerLine(measures: Measures): number {
  return Math.floor((measures.serviceWidth - 2 * CARD_PADDING) / DOT_PITCH);
}

/** Size of a node's box. */
export function sizeOf(node: GraphNode, measures: Measures): { width: number; height: number } {
  switch (node.kind) {
    case "caller":
      return { width: measures.callerWidth, height: CALLER_HEIGHT };
    case "gateway":
      return { width: measures.gatewayWidth, height: GATEWAY_HEIGHT };
    case "service":
      return {
        width: measures.serviceWidth,
        height: CARD_HEADER + bodyHeight(node.instances.length, measures) + CARD_PADDING,
      };
    case "stream":
      return streamSize(node.stream, measures);
  }
}

function bodyHeight(instances: number, measures: Measures): number {
  if (instances === 0) return INSTANCE_HEIGHT;
  if (instances <= MOST_ROWS) return instances * (INSTANCE_HEIGHT + INSTANCE_GAP) - INSTANCE_GAP;
  return Math.ceil(instances / dotsPerLine(measures)) * DOT_PITCH;
}
