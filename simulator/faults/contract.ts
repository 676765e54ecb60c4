import type { FaultyPassage } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type { FaultSpec } from "../protocol/model.ts";

/** The instance that a fault works on; given by the cluster. */
export interface FaultSubject {
  readonly id: string;
  /** A program of the user's: faults on the wire only. */
  readonly external?: boolean;
  /** SIGKILL. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP; absent where the platform has none. */
  freeze?(): void;
  /** SIGCONT. */
  thaw?(): void;
  /** Graceful stop when it runs, then start. Resolves when it runs again. */
  restart(): Promise<void>;
}

/** A fault at work on one instance. */
export interface FaultEffect {
  /** What it does to an attempt on its way; throws a WireError to refuse the connection. */
  readonly passage?: () => FaultyPassage | undefined;
  /** Whether it also hits health checks. */
  readonly hitsChecks?: boolean;
  /** Settles when it has taken hold; rejects when it could not. Absent: it has at once. */
  readonly begun?: Promise<void>;
  /** Resolves when it is over by itself; absent: it lasts until taken back. */
  readonly over?: Promise<void>;
  /** Takes it back. */
  end(): Promise<void>;
}

/** What faults are made of. */
export interface FaultDeps {
  readonly random: Random;
  readonly clock: Clock;
}

/** One kind of fault; an entry of `faults/index.ts`. */
export interface FaultKind<S extends FaultSpec = FaultSpec> {
  readonly id: S["kind"];
  readonly label: string;
  /**
   * `wire`: works on what goes to the instance, also to those that come later. `process`: works on
   * the process itself, and cannot be at work on it twice.
   */
  readonly reach: "wire" | "process";
  /** Whether the platform can do it. */
  available(platform: NodeJS.Platform): boolean;
  /** Begins to work on an instance. What it throws is told to whoever asked for the fault. */
  begin(spec: S, subject: FaultSubject, deps: FaultDeps): FaultEffect;
}
