import { z } from "zod";
import { LayerId } from "./spec.ts";

/** One layer around a service's attempts, with what it has done since the service was defined. */
export const LayerPicture = z.object({
  id: LayerId,
  /** Such as `Retry`. */
  title: z.string(),
  /** Its settings in a few words, such as `2 attempts, budget 20%`. */
  settings: z.string(),
  /** Passes through it that began, and those that have not ended yet. */
  entered: z.number(),
  inside: z.number(),
  /** How passes ended as the layer's caller saw it. */
  succeeded: z.number(),
  failed: z.number(),
  /** Those of `failed` that the layer itself refused. */
  refused: z.number(),
  /** What only this layer has, such as retries, hedges, tokens, queued. */
  figures: z.array(z.object({ name: z.string(), value: z.number() })),
});
export type LayerPicture = z.infer<typeof LayerPicture>;
