import { z } from "zod";
import {
  ActiveFault,
  BreakerTransition,
  FaultConditions,
  FaultSpec,
  FaultTarget,
  InstanceId,
  StreamState,
} from "./model.ts";
import { define } from "./request-definition.ts";
import { ServiceName } from "./spec.ts";
import { LONGEST_BY_HAND_MS } from "./time-by-hand.ts";

const ofService = z.object({ service: ServiceName });
const nothing = z.null();

/** What may be asked about breakers, faults and streams of metrics. */
export const RESILIENCE_REQUESTS = {
  /** Refuses every call; with a duration it is taken back by itself. */
  tripBreaker: define(
    z.object({
      service: ServiceName,
      /** At most a day. */
      durationMs: z.number().positive().max(LONGEST_BY_HAND_MS).optional(),
    }),
    nothing,
  ),
  holdBreakerClosed: define(ofService, nothing),
  resetBreaker: define(ofService, nothing),
  /** Half-open now: the next call is the one probe. */
  probeBreaker: define(ofService, nothing),
  /** The newest changes of a service's breaker, oldest first, at most {@link KEPT_TRANSITIONS}. */
  breakerTransitions: define(ofService, z.object({ transitions: z.array(BreakerTransition) })),
  injectFault: define(
    z.object({
      target: FaultTarget,
      fault: FaultSpec,
      conditions: FaultConditions.optional(),
      /** When it begins; at most a day. */
      delayMs: z.number().min(0).max(LONGEST_BY_HAND_MS).optional(),
      /** At most a day. */
      durationMs: z.number().positive().max(LONGEST_BY_HAND_MS).optional(),
    }),
    ActiveFault,
  ),
  /** Takes these faults back, or all; those that are over already are no error. */
  clearFaults: define(z.object({ ids: z.array(z.string()).optional() }), nothing),
  /**
   * Attaches to a stream of metrics, at a URL or at a port of an instance's; answers when it is
   * connected, or fails with what is there instead. Reconnects by itself until it is detached.
   */
  attachStream: define(
    z.union([
      z.object({ url: z.url(), name: z.string().min(1).optional() }),
      z.object({
        instance: InstanceId,
        /** Absent: the instance's own. */
        port: z.number().int().min(1).max(65_535).optional(),
        path: z.string().startsWith("/").default("/hystrix.stream"),
        name: z.string().min(1).optional(),
      }),
    ]),
    StreamState,
  ),
  detachStream: define(z.object({ id: z.string() }), nothing),
} as const;
