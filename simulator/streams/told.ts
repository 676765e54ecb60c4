import type { StreamCommand, StreamPool, StreamState } from "../protocol/model.ts";
import { FieldReader } from "./field-reader.ts";

/** What one event of a stream tells of. */
export type Told =
  | { readonly kind: "command"; readonly command: StreamCommand }
  | { readonly kind: "pool"; readonly pool: StreamPool }
  /** Turbine: no host tells of it any more. */
  | { readonly kind: "gone"; readonly of: "command" | "pool"; readonly name: string }
  /** Nothing that is shown: collapsers, signs of life. */
  | { readonly kind: "other" };

export interface Reading {
  readonly told: Told;
  /** Whose format it has; undefined: this event does not say. */
  readonly format?: StreamState["format"];
  /** One sentence on the first thing that is wrong with it. */
  readonly complaint?: string | undefined;
}

const OTHER: Told = { kind: "other" };
/** Of types that Hystrix and Turbine send besides. */
const SILENT_TYPES = new Set(["hystrixcollapser", "meta", "ping"]);

/** Reads one event; what it does not understand it leaves out, and says so. */
export function readEvent(value: unknown): Reading {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return { told: OTHER, complaint: "It sends events that are not JSON objects." };
  }
  const fields = new FieldReader(value as Readonly<Record<string, unknown>>);
  const type = fields.text("type");
  if (type !== "HystrixCommand" && type !== "HystrixThreadPool") {
    const known = SILENT_TYPES.has(type.toLowerCase());
    const named = type === "" ? "events without a type" : `events of the type "${type}"`;
    return {
      told: OTHER,
      ...(type === "meta" && { format: "turbine" }),
      ...(!known && { complaint: `It sends ${named}, which Hystrix does not have.` }),
    };
  }
  const name = fields.text("name");
  if (name === "") return { told: OTHER, complaint: `It sends a ${type} without a name.` };
  const of = type === "HystrixCommand" ? "command" : "pool";
  if (fields.flag("deleteData")) {
    return { told: { kind: "gone", of, name }, format: "turbine" };
  }
  const hosts = Math.max(1, fields.number("reportingHosts", 1));
  const told: Told =
    of === "command"
      ? { kind: "command", command: commandOf(name, hosts, fields) }
      : { kind: "pool", pool: poolOf(name, fields) };
  const { complaint } = fields;
  return {
    told,
    format: hosts > 1 ? "turbine" : isNetflix(fields) ? "hystrix" : "hystrix-go",
    complaint:
      complaint && `Of ${of === "command" ? "the command" : "the pool"} "${name}", ${complaint}`,
  };
}

/** By fields that hystrix-go does not have: of a command, and of a pool. */
function isNetflix(fields: FieldReader): boolean {
  return (
    fields.has("rollingCountBadRequests") ||
    fields.has("threadPool") ||
    (fields.has("currentTime") && fields.has("currentPoolSize"))
  );
}

/** Turbine adds up the hosts, averages and settings too: those are of one host again here. */
function commandOf(name: string, hosts: number, fields: FieldReader): StreamCommand {
  const threadPool = fields.has("threadPool") ? fields.text("threadPool") : undefined;
  const average = (value: number) => Math.round((value / hosts) * 100) / 100;
  return {
    name,
    group: fields.text("group"),
    ...(threadPool !== undefined && { threadPool }),
    isOpen: fields.flag("isCircuitBreakerOpen"),
    errorPercentage: average(fields.number("errorPercentage")),
    errorCount: fields.number("errorCount"),
    requestCount: fields.number("requestCount"),
    rollingCounts: fields.numbersAfter("rollingCount"),
    concurrent: fields.number("currentConcurrentExecutionCount"),
    latencyMean: average(fields.number("latencyTotal_mean")),
    latency: fields.numbersIn("latencyTotal", average),
    settings: fields.settings("propertyValue_", average),
    hosts,
  };
}

function poolOf(name: string, fields: FieldReader): StreamPool {
  return {
    name,
    active: fields.number("currentActiveCount"),
    size: fields.number("currentPoolSize"),
    maximum: fields.number("currentMaximumPoolSize"),
    queued: fields.number("currentQueueSize"),
    executed: fields.number("rollingCountThreadsExecuted"),
    // hystrix-go's does not tell.
    rejected: fields.number("rollingCountCommandRejections"),
  };
}
