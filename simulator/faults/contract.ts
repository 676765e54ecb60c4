import type { PassingExchange, WireResponse } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { FaultSpec } from "../protocol/model.ts";

/** The instance that a fault works on; given by the cluster. */
export interface FaultSubject {
  readonly id: string;
  /** A program of the user's: faults on the wire only. */
  readonly external?: boolean;
  /** SIGKILL, as somebody asked for it. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGKILL, as if it had crashed by itself: it is started again like any crash. */
  crash(): Promise<void>;
  /** SIGSTOP; absent where the platform has none. */
  freeze?(): void;
  /** SIGCONT. */
  thaw?(): void;
  /** Graceful stop when it runs, then start. Resolves when it runs again. */
  restart(): Promise<void>;
  /** Starts it now when it has crashed and waits to be started again. */
  revive(): Promise<void>;
  /** Tells of each time that it serves, at once when it does so now; returns the way to stop. */
  onServing(listener: () => void): () => void;
  /** Its lease is no longer kept alive, and runs out by itself. */
  loseLease(): void;
  /** It is kept alive again; it registers anew when the lease has run out. */
  regainLease(): void;
}

/** What a fault is made of. */
export interface FaultDeps {
  /** The fault's own, seeded where a seed was given. */
  readonly random: Random;
  readonly clock: Clock;
  /** Aborted when the fault is over, whyever: nothing may be left of it then. */
  readonly over: AbortSignal;
}

/**
 * Stands around one exchange. `next` goes on to the instance, through the faults that are nearer
 * to it. Rejects with a WireError when the connection breaks, or with the signal's reason.
 */
export type Around = (
  exchange: PassingExchange,
  next: () => Promise<WireResponse>,
) => Promise<WireResponse>;

/** A fault at work on the wire, for all that it touches. */
export interface WireEffect {
  /** What it does to the next attempt; undefined: nothing. Called once for each. */
  strike(): Around | undefined;
}

/** A fault at work on one process. */
export interface ProcessEffect {
  /** Rejects when it does not take hold; nobody waits for it otherwise. */
  readonly begun?: Promise<void>;
  /** Resolves when it is over by itself; absent: it lasts until taken back. */
  readonly done?: Promise<void>;
  /** Takes it back. */
  end(): Promise<void>;
}

/**
 * Where on the way it stands, from the caller to the instance: who does not get a connection waits
 * for no answer, and what is late may be any answer.
 */
export type WireStage = "connection" | "delay" | "body" | "answer";

interface Kind<S extends FaultSpec> {
  readonly id: S["kind"];
  /** Whether the platform can do it. */
  available(platform: NodeJS.Platform): boolean;
}

/** Works on what goes to instances; also to those that come later. */
export interface WireFaultKind<S extends FaultSpec = FaultSpec> extends Kind<S> {
  readonly reach: "wire";
  readonly stage: WireStage;
  /**
   * Which health checks it hits: `connection` also those that only connect, `answer` those that
   * wait for an answer. What the function alone does hits none: the process is well.
   */
  readonly checks: "connection" | "answer" | "none";
  /** It is between two services, in both directions. */
  readonly betweenServices?: true;
  begin(spec: S, deps: FaultDeps): WireEffect;
}

/** Works on the process itself or on its registration; not twice at a time. */
export interface ProcessFaultKind<S extends FaultSpec = FaultSpec> extends Kind<S> {
  readonly reach: "process";
  /** It outlasts the process: a restart does not end it, and new instances of its service get it. */
  readonly lasts: boolean;
  /** Begins to work on an instance. What it throws is told to whoever asked for the fault. */
  begin(spec: S, subject: FaultSubject, deps: FaultDeps): ProcessEffect;
}

/** One kind of fault; an entry of `faults/index.ts`. */
export type FaultKind<S extends FaultSpec = FaultSpec> = WireFaultKind<S> | ProcessFaultKind<S>;

/** The settings of one kind. */
export type SpecOf<K extends FaultSpec["kind"]> = Extract<FaultSpec, { kind: K }>;
