import { z } from "zod";
import { CallId, ClusterPhase, InstanceId, Snapshot } from "./model.ts";
import { ServiceName } from "./spec.ts";

/*
 * What the webview and its host in the extension tell each other besides the requests of
 * `requests.ts`, which the host passes on to the simulator.
 */

/** What is selected in tree and graph alike. */
export const Selection = z.union([
  z.object({ service: ServiceName }),
  z.object({ instance: InstanceId }),
  z.object({ call: CallId }),
  /** What one service calls of another. */
  z.object({ from: ServiceName, to: ServiceName }),
  /** An attached stream, or one of its commands. */
  z.object({ stream: z.string(), command: z.string().optional() }),
  z.null(),
]);
export type Selection = z.infer<typeof Selection>;

/** Requests of the webview that the host answers itself. */
export const PANEL_REQUESTS = {
  /** Asked first, and again after every gap; null while no cluster has been started. */
  hello: { params: z.null(), result: Snapshot.nullable() },
  /** Runs what the palette would: start, stop, invoke. */
  startCluster: { params: z.null(), result: z.null() },
  stopCluster: { params: z.null(), result: z.null() },
  invoke: { params: z.object({ service: ServiceName }), result: z.null() },
  /** Opens the service's function in an editor. */
  openSource: { params: z.object({ service: ServiceName }), result: z.null() },
  /** JSON text of the payload sent last to the service, or else its example; null without one. */
  payload: { params: z.object({ service: ServiceName }), result: z.string().nullable() },
} as const;
export type PanelRequestName = keyof typeof PANEL_REQUESTS;

/** Notifications of the host to the webview, besides `facts`. */
export const PANEL_NOTIFICATIONS = {
  /** The simulator came or went: forget all, start from this. */
  reset: z.object({ snapshot: Snapshot.nullable(), phase: ClusterPhase }),
  /** Select and bring into view. */
  select: z.object({ selection: Selection }),
} as const;

/** Notifications of the webview to the host. */
export const WEBVIEW_NOTIFICATIONS = {
  /** The user selected something in the graph; the tree follows. */
  selected: z.object({ selection: Selection }),
} as const;

/** JSON-RPC method names on the channel between webview and host. */
export const PANEL_METHODS = {
  hello: "panel/hello",
  startCluster: "panel/startCluster",
  stopCluster: "panel/stopCluster",
  invoke: "panel/invoke",
  openSource: "panel/openSource",
  payload: "panel/payload",
  reset: "panel/reset",
  select: "panel/select",
  selected: "panel/selected",
} as const;
