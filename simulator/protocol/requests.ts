import { z } from "zod";
import { BalancerPicture, BalancerRun } from "./balancer-model.ts";
import { CONFIGURATION_REQUESTS } from "./configuration-requests.ts";
import { FactBatch } from "./events.ts";
import { LayerPicture } from "./layer-model.ts";
import {
  BreakerWindow,
  CallId,
  CallTrace,
  Decision,
  InstanceId,
  LoadShape,
  LoadState,
  Outcome,
  ServerAdmin,
  Snapshot,
} from "./model.ts";
import type { ClusterSpec, ServiceSpec } from "./spec.ts";
import { define } from "./request-definition.ts";
import { RESILIENCE_REQUESTS } from "./resilience-requests.ts";
import { BalancerEngine, BalancerId, BALANCERS, Json, ServiceName } from "./spec.ts";

/*
 * What the eyes may ask of the simulator, over JSON-RPC. One table ties a method's name to its
 * params and result at both ends; both ends parse what they receive.
 */

const nothing = z.null();
const ofService = z.object({ service: ServiceName });
const ofInstance = z.object({ instance: InstanceId });
/** A spec that was parsed already: it crosses as its output and is trusted in shape only. */
const parsedService = z.custom<ServiceSpec>((value) => typeof value === "object" && value !== null);
const parsedCluster = z.custom<ClusterSpec>((value) => typeof value === "object" && value !== null);

/** What one engine of `balancer.engine` has made of its calls. */
export const EngineShares = z.object({
  engine: BalancerEngine,
  calls: z.number(),
  /** Share of its attempts, of 1, by instance. */
  shares: z.record(z.string(), z.number()),
});
export type EngineShares = z.infer<typeof EngineShares>;

export const ServiceInspection = z.object({
  /** Paragraph on what the algorithm does, and its state of this moment. */
  balancer: z.object({ title: z.string(), explanation: z.string(), picture: BalancerPicture }),
  /** The newest picks, newest first, at most 20. */
  decisions: z.array(
    z.object({
      at: z.number(),
      call: CallId,
      attempt: z.number(),
      decision: Decision,
      /** Time in the balancer's queue before it, in ms. */
      queuedMs: z.number().optional(),
    }),
  ),
  /** The breaker's window and its rule. */
  breaker: z
    .object({
      title: z.string(),
      window: BreakerWindow,
      /** Sentence: `opens above 50% of failures over 10s`. */
      rule: z.string(),
    })
    .optional(),
  /** The layers around its attempts, outermost first. */
  layers: z.array(LayerPicture),
  /** Those that take turns, side by side; absent when only Fuseboard's own code balances. */
  engines: z.array(EngineShares).optional(),
});
export type ServiceInspection = z.infer<typeof ServiceInspection>;

export const InvokeResult = z.object({
  call: CallId,
  status: z.number(),
  /** Duration as the caller saw it. */
  ms: z.number(),
  attempts: z.number(),
  instance: InstanceId.optional(),
  outcome: Outcome,
  contentType: z.string().optional(),
  /** The body as text; cut at 1 MiB. */
  body: z.string(),
});
export type InvokeResult = z.infer<typeof InvokeResult>;

export const REQUESTS = {
  /** Starts the cluster; answers when all instances are healthy. Once per process. */
  start: define(
    z.object({
      spec: parsedCluster,
      /** Absolute path of the folder that the spec's paths are relative to. */
      root: z.string(),
      name: z.string(),
      /** Absolute path of the `node` that runs functions; absent: found on the path. */
      node: z.string().optional(),
    }),
    Snapshot,
  ),
  /** Stops everything gracefully; also while starting. */
  stop: define(nothing, nothing),
  snapshot: define(nothing, Snapshot),
  invoke: define(z.object({ service: ServiceName, payload: Json }), InvokeResult),
  /** Adds a service, or replaces its definition; its instances are exchanged one by one. */
  defineService: define(z.object({ service: ServiceName, spec: parsedService }), nothing),
  removeService: define(ofService, nothing),
  scale: define(
    z.object({ service: ServiceName, instances: z.number().int().min(0).max(100) }),
    nothing,
  ),
  chooseBalancer: define(z.object({ service: ServiceName, algorithm: BalancerId }), nothing),
  /**
   * Sets the weight or the state of an instance in the balancer; what is absent stays as it is, or
   * with `reset` goes back to what the configuration says.
   */
  setServer: define(
    z.object({
      instance: InstanceId,
      weight: z.number().int().min(0).max(65_535).optional(),
      admin: ServerAdmin.optional(),
      reset: z.boolean().default(false),
    }),
    nothing,
  ),
  /** Starts an instance that ended, or stops a running one gracefully and starts it again. */
  restartInstance: define(ofInstance, nothing),
  /** Starts load on a service, or changes what runs. */
  setLoad: define(z.object({ service: ServiceName, shape: LoadShape, payload: Json }), LoadState),
  /** Stops the load on one service, or all. */
  stopLoad: define(z.object({ service: ServiceName.optional() }), nothing),
  /** One call and the calls made while it was answered, from the ring of the last 10,000. */
  trace: define(z.object({ call: CallId }), z.object({ calls: z.array(CallTrace) })),
  /** The newest calls of the ring that match, and all that were made together with them; newest first. */
  findCalls: define(
    z.object({
      service: ServiceName.optional(),
      outcomes: z.array(Outcome).optional(),
      /** Only calls with more than one attempt. */
      retried: z.boolean().optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.object({ calls: z.array(CallTrace) }),
  ),
  /**
   * The newest recorded calls of a service, picked again by other algorithms in virtual time. An
   * attempt at an instance takes as long as that instance's recorded attempt nearest in time.
   */
  replayCalls: define(
    z.object({
      service: ServiceName,
      algorithms: z.array(BalancerId).min(1).max(BALANCERS.length),
      limit: z.number().int().min(1).max(10_000).default(1000),
    }),
    z.object({ recorded: BalancerRun, runs: z.array(BalancerRun) }),
  ),
  /** Made-up traffic on a synthetic service by several algorithms, in virtual time; needs no cluster. */
  compareAlgorithms: define(
    z.object({
      spec: parsedService,
      algorithms: z.array(BalancerId).min(1).max(BALANCERS.length),
      calls: z.number().int().min(1).max(200_000).default(10_000),
      perSecond: z.number().positive().max(100_000).default(200),
      /** Different callers, and different paths that they ask for. */
      clients: z.number().int().min(1).max(100_000).default(1000),
      seed: z.number().int().default(1),
    }),
    z.object({ runs: z.array(BalancerRun) }),
  ),
  ...RESILIENCE_REQUESTS,
  ...CONFIGURATION_REQUESTS,
  inspectService: define(ofService, ServiceInspection),
  /** The newest lines that an instance printed, oldest first, at most 1,000. */
  instanceLog: define(
    ofInstance,
    z.object({
      lines: z.array(z.object({ at: z.number(), stream: z.string(), line: z.string() })),
    }),
  ),
} as const;

export type RequestName = keyof typeof REQUESTS;
export type RequestParams<N extends RequestName> = z.output<(typeof REQUESTS)[N]["params"]>;
/** What a caller may leave to the defaults. */
export type RequestInput<N extends RequestName> = z.input<(typeof REQUESTS)[N]["params"]>;
export type RequestResult<N extends RequestName> = z.output<(typeof REQUESTS)[N]["result"]>;

/** The methods that a webview may ask for; the rest is the extension's own. */
export const WEBVIEW_REQUESTS = [
  "snapshot",
  "scale",
  "chooseBalancer",
  "setServer",
  "tripBreaker",
  "holdBreakerClosed",
  "resetBreaker",
  "probeBreaker",
  "breakerTransitions",
  "injectFault",
  "clearFaults",
  "detachStream",
  "restartInstance",
  "setLoad",
  "stopLoad",
  "trace",
  "findCalls",
  "replayCalls",
  "inspectService",
  "instanceLog",
] as const satisfies readonly RequestName[];
export type WebviewRequestName = (typeof WEBVIEW_REQUESTS)[number];

/** Notification from the simulator, and on to the webview: facts, in order. */
export const FACTS_NOTIFICATION = { method: "facts", params: FactBatch } as const;

/** Error codes on the wire, in JSON-RPC's range for applications. */
export const ERROR_CODES = {
  /** The params did not pass their validator, or name something that is not there. */
  invalid: -32602,
  /** Asked at the wrong time, such as `scale` before `start`. */
  wrongState: 1,
  /** The user's environment or code is at fault; the message says what to do. */
  failed: 2,
} as const;
