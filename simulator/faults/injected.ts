import type { ActiveFault, FaultConditions, FaultSpec } from "../protocol/model.ts";
import type { FaultKind, ProcessEffect } from "./contract.ts";
import type { WireFault } from "./wire-path.ts";

/** When a fault works, and which attempts it touches. */
export interface InjectOptions {
  readonly conditions?: FaultConditions | undefined;
  /** It begins after so many ms; absent: at once. */
  readonly delayMs?: number | undefined;
  /** It is taken back so many ms after its beginning; absent: when asked. */
  readonly durationMs?: number | undefined;
}

/** One fault from its injection until it is taken back. */
export class Injected {
  readonly active: ActiveFault;
  readonly kind: FaultKind;
  /** What it does to each process, by the instance. */
  readonly effects = new Map<string, ProcessEffect>();
  /** What it does on the wire, once it has begun. */
  wire: WireFault | undefined;
  /** Takes back its next timer: its beginning, or its end. */
  cancel: (() => void) | undefined;
  /** Attempts that it has touched. */
  touched = 0;
  #begun = false;
  readonly #over = new AbortController();

  constructor(active: ActiveFault, kind: FaultKind) {
    this.active = active;
    this.kind = kind;
  }

  get fault(): FaultSpec {
    return this.active.fault;
  }

  /** Whether its delay has passed. */
  get hasBegun(): boolean {
    return this.#begun;
  }

  /** Aborted when it is over. */
  get over(): AbortSignal {
    return this.#over.signal;
  }

  begin(): void {
    this.#begun = true;
  }

  /** It works no more: whatever it holds lets go. */
  close(): void {
    this.cancel?.();
    this.wire = undefined;
    this.#over.abort(new Error("The fault is over."));
  }

  /** Whether nothing is left of its target when an instance is gone, whose effect is dropped. */
  loses(instance: string): boolean {
    const { target } = this.active;
    if ("instance" in target) return target.instance === instance;
    return this.effects.delete(instance) && this.effects.size === 0;
  }
}
