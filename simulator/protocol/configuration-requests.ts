import { z } from "zod";
import { CommandRun, CommandTraffic } from "./command-run-model.ts";
import { ServiceName } from "./service-name.ts";
import type { BreakerFile, BreakerSpec, ServiceFile, ServiceSpec } from "./spec.ts";

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

/** Libraries whose settings of breakers are written. */
export const ResilienceId = z.enum(["hystrix-go", "hystrix"]);
export type ResilienceId = z.infer<typeof ResilienceId>;

/** Settings of breakers that were read. */
export const ReadResilience = z.object({
  format: ResilienceId,
  commands: z.array(
    z.object({
      name: z.string(),
      serviceName: ServiceName,
      /** The line of its first setting. 1-based. */
      line: z.number().int().min(1),
      /** As it is written in a cluster file. */
      breaker: z.custom<BreakerFile>((value) => typeof value === "object" && value !== null),
    }),
  ),
  findings: z.array(ConfigurationFinding),
});
export type ReadResilience = z.infer<typeof ReadResilience>;

/** Specs that were parsed already. */
const parsedServices = z.record(
  ServiceName,
  z.custom<ServiceSpec>((value) => typeof value === "object" && value !== null),
);

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
      services: parsedServices,
      version: z.string().optional(),
    }),
    result: z.object({ text: z.string(), findings: z.array(ConfigurationFinding) }),
  },
  /** Reads settings of breakers, such as a Hystrix properties file; null when it has none. */
  readResilience: {
    params: z.object({ path: z.string(), text: z.string() }),
    result: ReadResilience.nullable(),
  },
  /** Writes the breakers of services as code or settings of a library. */
  writeResilience: {
    params: z.object({ format: ResilienceId, services: parsedServices }),
    result: z.object({ text: z.string(), findings: z.array(ConfigurationFinding) }),
  },
  /** Plays the traffic of one command through its breaker in virtual time. */
  simulateCommand: {
    params: z.object({
      /** A breaker that was parsed already. */
      breaker: z.custom<BreakerSpec>((value) => typeof value === "object" && value !== null),
      traffic: CommandTraffic,
      seed: z.number().int().default(1),
    }),
    result: CommandRun,
  },
} as const;
