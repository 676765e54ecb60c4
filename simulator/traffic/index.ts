import type { LoadShape } from "../protocol/model.ts";
import { closedLoop } from "./closed-loop.ts";
import type { LoadKind } from "./contract.ts";
import { openLoop } from "./open-loop.ts";

/** Every kind of load. */
export const loadKinds = [openLoop, closedLoop] as const;

/** The kind of a shape. */
export function loadKindOf(shape: LoadShape): LoadKind {
  const kind = loadKinds.find((candidate) => candidate.id === shape.kind);
  if (!kind) throw new RangeError(`There is no load "${shape.kind}".`);
  return kind;
}
