import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { Scope } from "../kernel/scope.ts";
import type { JsonValue } from "../protocol/spec.ts";
import type { LoadShape } from "../protocol/model.ts";

/** Makes one call; settles when it is answered, and never rejects. */
export type Fire = () => Promise<void>;

export interface GeneratorDeps {
  readonly clock: Clock;
  readonly random: Random;
  /** Ends with the load. */
  readonly scope: Scope;
  readonly fire: Fire;
}

/** A load generator that runs. */
export interface Generator<S extends LoadShape = LoadShape> {
  /** Takes another shape of the same kind at once. */
  adjust(shape: S): void;
}

/** One kind of load; an entry of `traffic/index.ts`. */
export interface LoadKind<S extends LoadShape = LoadShape> {
  readonly id: S["kind"];
  readonly label: string;
  start(shape: S, deps: GeneratorDeps): Generator<S>;
}

/** One call of a load. */
export interface LoadCall {
  readonly service: string;
  readonly payload: JsonValue;
  /** IP address of one of the load's clients. */
  readonly client: string;
  /** What is asked for, where a service has paths: a number from 1. */
  readonly item: number;
  readonly signal: AbortSignal;
}

/** Calls a service as load does: through the gateway, as anyone would. Never rejects. */
export type CallService = (call: LoadCall) => Promise<void>;
