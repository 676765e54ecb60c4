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
  }
}

function bodyHeight(instances: number, measures: Measures): number {
  if (instances === 0) return INSTANCE_HEIGHT;
  if (instances <= MOST_ROWS) return instances * (INSTANCE_HEIGHT + INSTANCE_GAP) - INSTANCE_GAP;
  return Math.ceil(instances / dotsPerLine(measures)) * DOT_PITCH;
}
