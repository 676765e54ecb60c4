import { z } from "zod";
import { BalancerId } from "./balancer-spec.ts";
import { InstanceId } from "./ids.ts";

/** A balancer's own state, as the inspector draws it. */
export const BalancerPicture = z.object({
  /** What the figures of the rows are, such as `current weight`. */
  columns: z.array(z.object({ title: z.string(), explanation: z.string() })),
  rows: z.array(
    z.object({
      instance: InstanceId,
      /** Share of the calls, of 1, that it would get if all cost the same. */
      ideal: z.number(),
      /** In the order of the columns; null where there is none. */
      figures: z.array(z.number().nullable()),
      /** Why it gets nothing now, or what is special, such as `failed 3 times, tried again in 4s`. */
      note: z.string().optional(),
    }),
  ),
  /** Points of a hash ring, clockwise; at most 4,096 are shown of `total`. */
  ring: z
    .object({
      total: z.number(),
      points: z.array(
        z.object({
          /** Place on the ring, from 0 to below 1. */
          at: z.number(),
          instance: InstanceId,
        }),
      ),
    })
    .optional(),
  /** A lookup table: the row of each slot, evenly sampled to at most 4,096 of `size`. */
  table: z.object({ size: z.number(), slots: z.array(z.number().int()) }).optional(),
  /** Attempts that wait for a connection. */
  waiting: z.number(),
});
export type BalancerPicture = z.infer<typeof BalancerPicture>;

/** What one algorithm made of a stream of calls. */
export const BalancerRun = z.object({
  algorithm: BalancerId,
  calls: z.number(),
  /** Calls that ended without a success. */
  failed: z.number(),
  /** Attempts beyond the first of each call. */
  retries: z.number(),
  /** Share of the attempts, of 1, by instance; those that got none are there with 0. */
  shares: z.record(z.string(), z.number()),
  /** Half the sum of |share − ideal share|: 0 is as the weights say, 1 is all at the wrong one. */
  imbalance: z.number(),
  /** Latency of the calls in ms, waiting included. */
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
});
export type BalancerRun = z.infer<typeof BalancerRun>;
