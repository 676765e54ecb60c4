import { z } from "zod";
import { Latency } from "./latency-spec.ts";
import { Duration, Percentage, PositiveDuration } from "./units.ts";

/** What the configuration says of one server; the n-th is that of the n-th instance. */
export const Server = z
  .strictObject({
    name: z.string().min(1).optional().describe("Its name in the configuration (HAProxy)."),
    address: z
      .string()
      .min(1)
      .optional()
      .describe("Its address as it stands in the configuration; nginx hashes this text."),
    id: z
      .number()
      .int()
      .min(1)
      .max(2_147_483_647)
      .optional()
      .describe(
        "HAProxy's `id`: the number by which it stands on a consistent hash's ring and in haproxy-first; default: its place.",
      ),
    external: z
      .boolean()
      .default(false)
      .describe("It runs already at `address`, on this machine; Fuseboard does not start it."),
    synthetic: z
      .strictObject({
        latency: Latency.optional().describe("Instead of the service's."),
        errorRate: Percentage.optional().describe("Instead of the service's."),
      })
      .optional()
      .describe("How this one differs from the service's synthetic instances."),
    weight: z.number().int().min(0).max(65_535).default(1).describe("HAProxy takes 0 to 256."),
    maxFails: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe(
        "nginx's `max_fails`: failures within `failTimeout` that take it out. 0, the default here, never does, since health checks decide; nginx's own default is 1.",
      ),
    failTimeout: Duration.default(10_000).describe("nginx's `fail_timeout`."),
    maxConnections: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe("nginx's `max_conns`, HAProxy's `maxconn`; 0 is without limit."),
    minConnections: z.number().int().min(0).default(0).describe("HAProxy's `minconn`."),
    maxQueue: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe("HAProxy's `maxqueue`: calls that may wait for it; 0 is without limit."),
    backup: z.boolean().default(false).describe("Gets calls only when no other server can."),
    down: z.boolean().default(false).describe("Gets no calls (nginx `down`, HAProxy `disabled`)."),
    slowStart: Duration.default(0).describe("HAProxy's `slowstart`, after it came back."),
    check: z.boolean().default(true).describe("Whether it is checked, when the service is."),
    health: z
      .strictObject({
        interval: PositiveDuration.optional(),
        fastInterval: PositiveDuration.optional(),
        downInterval: PositiveDuration.optional(),
        timeout: PositiveDuration.optional(),
        rise: z.number().int().min(1).optional(),
        fall: z.number().int().min(1).optional(),
      })
      .optional()
      .describe("Where its checks differ from the service's `health`, as HAProxy's servers may."),
    observe: z
      .enum(["none", "layer4", "layer7"])
      .default("none")
      .describe("HAProxy's `observe`: calls count as checks."),
    errorLimit: z.number().int().min(1).default(10).describe("HAProxy's `error-limit`, in a row."),
    onError: z
      .enum(["fastinter", "fail-check", "sudden-death", "mark-down"])
      .default("fail-check")
      .describe("HAProxy's `on-error`: what happens at the limit."),
  })
  .describe("One server.");
export type Server = z.output<typeof Server>;
