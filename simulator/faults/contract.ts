import type { FaultyPassage } from "../call/contract.ts";
import type { Random } from "../kernel/random.ts";
import type { FaultSpec } from "../protocol/model.ts";

/** The instance that a fault works on; given by the cluster. */
export interface FaultSubject {
  readonly id: string;
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
  /** Resolves when it is over by itself; absent: it lasts until taken back. */
  readonly over?: Promise<void>;
  /** Takes it back. */
  end(): Promise<void>;
}

/** One kind of fault; an entry of `faults/index.ts`. */
export interface FaultKind<S extends FaultSpec = FaultSpec> {
  readonly id: S["kind"];
  readonly label: string;
  /** Whether the platform can do it. */
  available(platform: NodeJS.Platform): boolean;
  /** Begins to work on an instance. */
  begin(spec: S, subject: FaultSubject, random: Random): FaultEffect;
}
