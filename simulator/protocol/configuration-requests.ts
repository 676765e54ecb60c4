import { z } from "zod";
import { ServiceName } from "./service-name.ts";
import type { ServiceFile, ServiceSpec } from "./spec.ts";

/* The configurations of other programs, as the eyes see them, and the requests about them. */

/** Programs whose configuration is written. */
export const ConfigurationId = z.enum(["nginx", "haproxy", "envoy"]);
export type ConfigurationId = z.infer<typeof ConfigurationId>;

/** What is to be said of a line; see `interop/contract.ts`. Lines and columns are 1-based. */
export const ConfigurationFinding = z.object({
  /** Absolute path of the configuration or of what it includes; what is written: the service. */
  file: z.string(),
  line: z.number().int().min(1),
  column: z.number().int().min(1),
  /** The column after the last character; absent: to the end of the line. */
  endColumn: z.number().int().optional(),
  severity: z.enum(["error", "warning", "note"]),
  message: z.string(),
});
export type ConfigurationFinding = z.infer<typeof ConfigurationFinding>;

/** A configuration that was read. */
export const ReadConfiguration = z.object({
  format: ConfigurationId,
  /** Its upstreams, backends and listens without errors, in its order; not those it includes. */
  services: z.array(
    z.object({
      /** Its name in the configuration. */
      name: z.string(),
      /** Its name in a cluster file, whose names know no dots and underscores. */
      serviceName: ServiceName,
      /** The line of its first word, and of its end. 1-based. */
      line: z.number().int().min(1),
      endLine: z.number().int().min(1),
      /** As it is written in a cluster file. */
      service: z.custom<ServiceFile>((value) => typeof value === "object" && value !== null),
    }),
  ),
  findings: z.array(ConfigurationFinding),
});
export type ReadConfiguration = z.infer<typeof ReadConfiguration>;

/** A part of the table of requests. They need no cluster. */
export const CONFIGURATION_REQUESTS = {
  /** Reads a configuration and what it includes; null when it looks like none. */
  readConfiguration: {
    params: z.object({
      /** Absolute path, or the name of a text that is in no file. */
      path: z.string(),
      text: z.string(),
      /** Release whose rules apply, such as `1.22`; absent: the newest. */
      version: z.string().optional(),
    }),
    result: ReadConfiguration.nullable(),
  },
  /** Writes services as the configuration of a program. */
  writeConfiguration: {
    params: z.object({
      format: ConfigurationId,
      services: z.record(
        ServiceName,
        z.custom<ServiceSpec>((value) => typeof value === "object" && value !== null),
      ),
      version: z.string().optional(),
    }),
    result: z.object({ text: z.string(), findings: z.array(ConfigurationFinding) }),
  },
} as const;
