import type { Endpoint, Wire, WireRequest, WireResponse } from "../../simulator/call/contract.ts";
import { WireError } from "../../simulator/call/contract.ts";
import type { FaultSubject } from "../../simulator/faults/contract.ts";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";

/** How long a start, a new start after a crash, and a lease take, in ms. */
const START_MS = 10;
const AGAIN_MS = 25;
const LEASE_MS = 20;

/** Who is told of an instance's registration. */
export interface VirtualRegistry {
  register(service: string, id: string): void;
  forget(service: string, id: string): void;
}

/** The processes of instances in virtual time, before a wire that leads to all of them. */
export class VirtualInstances implements Wire {
  readonly #instances = new Map<string, VirtualInstance>();
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  add(instance: VirtualInstance): void {
    this.#instances.set(instance.id, instance);
  }

  /** Whether each of them runs and can be picked. */
  get areReady(): boolean {
    return this.all.every(({ isReady }) => isReady);
  }

  get all(): VirtualInstance[] {
    return [...this.#instances.values()];
  }

  async send(
    endpoint: Endpoint,
    request: WireRequest,
    { signal }: Cancellation,
  ): Promise<WireResponse> {
    const instance = this.#instances.get(endpoint.id);
    const life = instance?.life;
    if (!instance || !life) throw new WireError(`${endpoint.id} refused the connection.`);
    const either = AbortSignal.any([signal, life]);
    try {
      if (instance.isFrozen) {
        request.sent();
        await instance.thawed(either);
      }
      const response = await this.#wire.send(endpoint, request, Cancellation.of(either));
      try {
        await instance.thawed(either);
      } catch (error) {
        response.discard();
        throw error;
      }
      return response;
    } catch (error) {
      if (signal.aborted || !life.aborted) throw error;
      throw new WireError(`${endpoint.id} broke the connection off.`);
    }
  }
}

/** A process without a process: it serves, is frozen or gone, and keeps a lease or does not. */
export class VirtualInstance implements FaultSubject {
  readonly id: string;
  readonly service: string;
  readonly #clock: Clock;
  readonly #registry: VirtualRegistry;
  readonly #serving = new Set<() => void>();
  readonly #waking = new Set<() => void>();
  #life: AbortController | undefined = new AbortController();
  #isFrozen = false;
  #isKept = true;
  #isRegistered = true;
  #cancelStart: (() => void) | undefined;
  #cancelLease: (() => void) | undefined;

  constructor(id: string, service: string, clock: Clock, registry: VirtualRegistry) {
    this.id = id;
    this.service = service;
    this.#clock = clock;
    this.#registry = registry;
  }

  /** Aborted when its process ends; undefined: there is none. */
  get life(): AbortSignal | undefined {
    return this.#life?.signal;
  }

  /** Whether it serves, and neither starts nor loses its lease. */
  get isReady(): boolean {
    const isChanging = this.#cancelStart !== undefined || this.#cancelLease !== undefined;
    return this.#life !== undefined && this.#isRegistered && !isChanging;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Resolves when it is not frozen. Rejects with the signal's reason. */
  async thawed(signal: AbortSignal): Promise<void> {
    while (this.#isFrozen) {
      await new Promise<void>((resolve, reject) => {
        const wake = () => {
          settle();
          resolve();
        };
        const abort = () => {
          settle();
          reject(signal.reason as Error);
        };
        const settle = () => {
          this.#waking.delete(wake);
          signal.removeEventListener("abort", abort);
        };
        if (signal.aborted) {
          abort();
          return;
        }
        this.#waking.add(wake);
        signal.addEventListener("abort", abort);
      });
    }
    signal.throwIfAborted();
  }

  kill(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  crash(): Promise<void> {
    this.#end();
    this.#startIn(AGAIN_MS);
    return Promise.resolve();
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    for (const wake of [...this.#waking]) wake();
  }

  restart(): Promise<void> {
    this.#end();
    return this.#started(START_MS);
  }

  revive(): Promise<void> {
    return this.#life ? Promise.resolve() : this.#started(0);
  }

  onServing(listener: () => void): () => void {
    this.#serving.add(listener);
    if (this.#life) listener();
    return () => this.#serving.delete(listener);
  }

  loseLease(): void {
    this.#isKept = false;
    this.#expire();
  }

  regainLease(): void {
    this.#isKept = true;
    this.#keep();
  }

  /** Its process is gone at once; its lease runs out by itself. */
  #end(): void {
    this.#cancelStart?.();
    this.#cancelStart = undefined;
    const life = this.#life;
    this.#life = undefined;
    this.thaw();
    life?.abort(new Error(`${this.id} was killed.`));
    this.#expire();
  }

  #started(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.onServing(() => {
        // It is not serving yet, so this is later.
        stop();
        resolve();
      });
      this.#startIn(ms);
    });
  }

  #startIn(ms: number): void {
    this.#cancelStart?.();
    this.#cancelStart = this.#clock.after(ms, () => {
      this.#cancelStart = undefined;
      this.#life = new AbortController();
      this.#keep();
      for (const listener of [...this.#serving]) listener();
    });
  }

  #keep(): void {
    if (!this.#life || !this.#isKept) return;
    this.#cancelLease?.();
    this.#cancelLease = undefined;
    if (this.#isRegistered) return;
    this.#isRegistered = true;
    this.#registry.register(this.service, this.id);
  }

  #expire(): void {
    if (!this.#isRegistered || this.#cancelLease) return;
    this.#cancelLease = this.#clock.after(LEASE_MS, () => {
      this.#cancelLease = undefined;
      this.#isRegistered = false;
      this.#registry.forget(this.service, this.id);
    });
  }
}
