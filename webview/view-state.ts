import { z } from "zod";
import { DEFAULT_CLIENTS } from "../simulator/protocol/model.ts";
import { Selection } from "../simulator/protocol/panel.ts";

/** Which calls the timeline shows. */
export const CallFilter = z.enum(["all", "retried", "fallback", "failed"]);
export type CallFilter = z.infer<typeof CallFilter>;

const Placement = z.object({ x: z.number(), y: z.number(), pinned: z.boolean() });

/** How one cluster's graph is arranged. */
const Arrangement = z.object({
  nodes: z.record(z.string(), Placement),
  zoom: z.object({ x: z.number(), y: z.number(), k: z.number() }).optional(),
  /** Whether the user zoomed, panned or dragged: then nothing is moved by itself any more. */
  touched: z.boolean(),
});
export type Arrangement = z.infer<typeof Arrangement>;

/** What the user set up in this webview; saved, and the same after a reload. */
export const ViewState = z.object({
  selection: Selection.default(null),
  shown: z.enum(["graph", "table"]).default("graph"),
  /** In a narrow window: what is below the graph. */
  below: z.enum(["calls", "details"]).default("calls"),
  filter: CallFilter.default("all"),
  filterService: z.string().optional(),
  scale: z.enum(["shared", "each"]).default("shared"),
  timelineHeightPx: z.number().default(236),
  inspectorWidthPx: z.number().default(340),
  /** By cluster name. */
  arrangements: z.record(z.string(), Arrangement).default({}),
  load: z
    .object({
      service: z.string().optional(),
      kind: z.enum(["open", "closed"]).default("open"),
      arrivals: z.enum(["constant", "poisson"]).default("constant"),
      perSecond: z.number().default(20),
      callers: z.number().default(4),
      clients: z.number().default(DEFAULT_CLIENTS),
      /** JSON texts by service. */
      payloads: z.record(z.string(), z.string()).default({}),
    })
    .prefault({}),
});
export type ViewState = z.infer<typeof ViewState>;

/** What was saved, or the defaults where it is not understood. */
export function restoreView(saved: unknown): ViewState {
  const parsed = ViewState.safeParse(saved ?? {});
  return parsed.success ? parsed.data : ViewState.parse({});
}
