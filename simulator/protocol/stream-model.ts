import { z } from "zod";
import { InstanceId } from "./ids.ts";

/* Streams of metrics of other programs (`/hystrix.stream`) that Fuseboard is attached to. */

/** Commands and pools of one stream that are shown; more are counted and left out. */
export const KEPT_COMMANDS = 500;

/** One command as its stream tells of it. Latencies in ms. */
export const StreamCommand = z.object({
  name: z.string(),
  group: z.string(),
  threadPool: z.string().optional(),
  isOpen: z.boolean(),
  errorPercentage: z.number(),
  errorCount: z.number(),
  requestCount: z.number(),
  /** By the stream's names without `rollingCount`, those that are not 0. */
  rollingCounts: z.record(z.string(), z.number()),
  concurrent: z.number(),
  latencyMean: z.number(),
  /** Percentiles of the total latency by key: `50`, `95`, `99.5`, … */
  latency: z.record(z.string(), z.number()),
  /** Settings by the stream's names without `propertyValue_`. */
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Hosts that a Turbine stream adds up; 1 otherwise. */
  hosts: z.number(),
});
export type StreamCommand = z.infer<typeof StreamCommand>;

/** One thread pool, or hystrix-go's tickets. */
export const StreamPool = z.object({
  name: z.string(),
  active: z.number(),
  size: z.number(),
  maximum: z.number(),
  queued: z.number(),
  executed: z.number(),
  rejected: z.number(),
});
export type StreamPool = z.infer<typeof StreamPool>;

export const StreamStatus = z.enum(["connecting", "connected", "lost"]);
export type StreamStatus = z.infer<typeof StreamStatus>;

/** One attached stream. */
export const StreamState = z.object({
  /** `stream-1`, … */
  id: z.string(),
  /** As it is shown: given, or host and port. */
  name: z.string(),
  url: z.string(),
  /** The instance whose port it is. */
  instance: InstanceId.optional(),
  /** Whose format it has; absent: nothing was read so far. */
  format: z.enum(["hystrix-go", "hystrix", "turbine"]).optional(),
  status: StreamStatus,
  since: z.number(),
  /** One sentence: why it is lost, or what is wrong with what it sends. */
  problem: z.string().optional(),
  commands: z.record(z.string(), StreamCommand),
  pools: z.record(z.string(), StreamPool),
  /** Commands that it has beyond those that are shown. */
  leftOut: z.number(),
});
export type StreamState = z.infer<typeof StreamState>;
