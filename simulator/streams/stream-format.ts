import type { HystrixMetrics } from "../resilience/breakers/contract.ts";
import type { BreakerStatus } from "../protocol/model.ts";
import type { BreakerSpec } from "../protocol/spec.ts";

/** One circuit as a stream tells of it: a command and its pool, both by the service's name. */
export interface StreamedCircuit {
  readonly name: string;
  readonly spec: Extract<BreakerSpec, { engine: "hystrix-go" | "hystrix" }>;
  readonly status: BreakerStatus;
  readonly metrics: HystrixMetrics;
}

/** The fields of a JSON object in their order; JavaScript's own objects would sort `0`, `25`, … */
export type Fields = readonly (readonly [
  name: string,
  value: string | number | boolean | null | Fields,
])[];

/** How one of the libraries writes its stream. */
export interface StreamFormat {
  /** The names that `?format=` takes. */
  readonly id: "hystrix-go" | "hystrix";
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  /** What stands before an event's JSON. */
  readonly prefix: "data:" | "data: ";
  /** Written after each round, so that a client without circuits hears something. */
  readonly ping: string;
  /** Clients at the same time; another is answered with 503. */
  readonly maxClients: number;
  /** All events of one round, commands and pools. */
  round(circuits: readonly StreamedCircuit[], now: number): Fields[];
}

/** The text of one event. */
export function eventText(format: StreamFormat, fields: Fields): string {
  return `${format.prefix}${jsonOf(fields)}\n\n`;
}

function jsonOf(fields: Fields): string {
  const members = fields.map(([name, value]) => {
    const text =
      value !== null && typeof value === "object" ? jsonOf(value) : JSON.stringify(value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${members.join(",")}}`;
}

const PERCENTILES = ["0", "25", "50", "75", "90", "95", "99", "99.5", "100"] as const;

/** The percentiles of both libraries, in whole ms. */
export function latencyFields(latency: Readonly<Record<string, number>>): Fields {
  return PERCENTILES.map((key) => [key, Math.trunc(latency[key] ?? 0)]);
}
