import type { Clock } from "../kernel/clock.ts";
import type { ErrorLocation } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Registry } from "../registry/contract.ts";
import type { ProcessLedger } from "./process-ledger.ts";

/** What every instance is given. */
export interface InstanceDeps {
  /** Processes start while it is still being opened. */
  readonly registry: Promise<Registry>;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly leaseTtlMs: number;
  readonly ledger: ProcessLedger;
  /** Resolves when the gateway no longer uses an instance that was deregistered. */
  readonly drained: (service: string, instance: string, signal: AbortSignal) => Promise<void>;
  /** Longest time that a graceful stop may take before it becomes a kill. */
  readonly graceMs: number;
}

/** What an instance is, as long as it is there. */
export interface InstanceSeed {
  readonly id: string;
  readonly service: string;
  readonly runtime: string;
  /** Its place among the instances of its service, from 0; a replacement has the same. */
  readonly slot: number;
  readonly weight: number;
  readonly token: string;
}

/** Whom an instance belongs to. */
export interface InstanceOwner {
  /** Its process ended and nobody had asked for that. */
  crashed(exit: string, ranForMs: number): void;
  /** Starts it again, with the newest code. */
  restart(): Promise<void>;
  /** Its registration could not be renewed. */
  unregistered(error: unknown): void;
}

/** How a start went. */
export type StartResult =
  | { readonly kind: "running" }
  /** It cannot serve, and would not the next time either. */
  | { readonly kind: "failed"; readonly message: string; readonly location?: ErrorLocation }
  /** It ended before it served. */
  | { readonly kind: "ended"; readonly exit: string }
  /** It was stopped or killed meanwhile, as someone asked. */
  | { readonly kind: "withdrawn" };
