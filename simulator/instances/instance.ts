import { messageOf } from "../kernel/errors.ts";
import { Scope } from "../kernel/scope.ts";
import type { InstancePhase } from "../protocol/model.ts";
import type { Prepared } from "../runtimes/contract.ts";
import type {
  InstanceDeps,
  InstanceOwner,
  InstanceSeed,
  StartResult,
} from "./instance-contract.ts";
import { Keeping } from "./keeping.ts";
import { LineRing } from "./line-ring.ts";
import { startRun, type Run } from "./run.ts";

/** One instance: a process, its lease, and the phases of its life. */
export class Instance {
  readonly id: string;
  readonly service: string;
  readonly slot: number;
  readonly token: string;
  readonly lines = new LineRing();
  readonly #seed: InstanceSeed;
  readonly #deps: InstanceDeps;
  readonly #owner: InstanceOwner;
  #phase: InstancePhase = "starting";
  #run: Run | undefined;
  readonly #keeping: Keeping;
  readonly #serving = new Set<() => void>();
  #restarting: Promise<void> | undefined;

  constructor(seed: InstanceSeed, deps: InstanceDeps, owner: InstanceOwner) {
    this.id = seed.id;
    this.service = seed.service;
    this.slot = seed.slot;
    this.token = seed.token;
    this.#seed = seed;
    this.#deps = deps;
    this.#owner = owner;
    this.#keeping = new Keeping(
      { ...deps, failed: (error) => owner.unregistered(error) },
      (debugged) => deps.log.append({ kind: "instance-debugged", instance: seed.id, debugged }),
    );
  }

  get phase(): InstancePhase {
    return this.#phase;
  }

  /** Id of its process, while there is one. */
  get pid(): number | undefined {
    return this.#run?.process.pid;
  }

  /** Whether a debugger holds its process now. */
  get debugged(): boolean {
    return this.#keeping.debugged;
  }

  /** Where it serves, while it does. */
  get address(): Run["address"] {
    return this.#run?.address;
  }

  /** Whether it is a program of the user's, that is not ours to end or to stop in its tracks. */
  get external(): boolean {
    return this.#run !== undefined && this.#run.process.pid === undefined;
  }

  /** Starts its process; resolves when it is registered, or how it failed. Must not be running. */
  async start(prepared: Prepared): Promise<StartResult> {
    if (this.#run) throw new Error(`${this.id} runs already.`);
    if (this.#phase !== "starting") this.#become("starting");
    const scope = new Scope();
    try {
      return await new Promise<StartResult>((settle) => {
        this.#run = startRun(prepared, scope, this.#seed, this.#deps, {
          keeping: this.#keeping,
          lines: this.lines,
          settle,
          serves: (run, host, port) => this.#serve(run, host, port),
          ended: (run, exit) => this.#ended(run, exit),
        });
      });
    } catch (error) {
      await scope.dispose();
      this.#become("crashed", messageOf(error));
      return { kind: "failed", message: messageOf(error) };
    }
  }

  async #serve(run: Run, host: string, port: number): Promise<StartResult> {
    const { id: instance, service, weight, slot } = this.#seed;
    const { pid } = run.process;
    run.address = { host, port };
    this.#phase = "running";
    this.#deps.log.append({ kind: "instance-started", instance, pid, port });
    const record = { instance, service, ...run.address, weight, slot, pid };
    try {
      await this.#keeping.register(record);
    } catch (error) {
      await run.process.kill();
      return { kind: "failed", message: `${instance} was not registered: ${messageOf(error)}` };
    }
    if (run.intent !== "serve") return { kind: "withdrawn" };
    for (const listener of [...this.#serving]) listener();
    return { kind: "running" };
  }

  #ended(run: Run, exit: string): void {
    this.#keeping.close();
    this.#run = undefined;
    void run.scope.dispose();
    const phases = { serve: "crashed", stop: "stopped", kill: "killed" } as const;
    this.#become(phases[run.intent], exit);
    if (run.intent === "serve" && run.address) {
      this.#owner.crashed(exit, this.#deps.clock.now() - run.startedAt);
    }
  }

  /**
   * Stops it gracefully: gives the lease back, waits until the gateway no longer uses it, lets it
   * finish what is under way. Resolves when its process is gone; at once when there is none.
   */
  async stop(): Promise<void> {
    const run = this.#run;
    if (!run) {
      if (this.#phase !== "stopped") this.#become("stopped");
      return;
    }
    run.stopping ??= this.#stop(run);
    await run.stopping;
  }

  async #stop(run: Run): Promise<void> {
    const frozen = this.#phase === "frozen";
    run.intent = "stop";
    this.#become("draining");
    try {
      await this.#keeping.revoke();
    } catch (error) {
      this.#owner.unregistered(error);
    }
    // What is frozen finishes nothing, and what does not serve yet has nothing to finish.
    if (frozen || !run.address) await run.process.kill();
    const { drained, graceMs } = this.#deps;
    const deadline = this.#deps.clock.now() + graceMs;
    if (this.#run === run) {
      const signal = AbortSignal.any([AbortSignal.timeout(graceMs), run.scope.signal]);
      await drained(this.service, this.id, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    }
    await run.process.stop(Math.max(0, deadline - this.#deps.clock.now()));
  }

  /** Kills it (SIGKILL). Its lease is not given back: it runs out by itself. */
  async kill(): Promise<void> {
    const run = this.#run;
    if (!run) {
      // It waited to be started again, and does so no more.
      if (this.#phase === "crashed") this.#become("killed");
      return;
    }
    run.intent = "kill";
    this.#keeping.close();
    await run.process.kill();
  }

  /** Kills it as if it had crashed by itself: it is started again like any crash. */
  async crash(): Promise<void> {
    await this.#run?.process.kill();
  }

  /** Starts it now when it has crashed and waits to be started again. */
  async revive(): Promise<void> {
    if (this.#phase === "crashed") await this.restart();
  }

  /** Tells of each time that it serves, at once when it does so now; returns the way to stop. */
  onServing(listener: () => void): () => void {
    this.#serving.add(listener);
    if (this.#phase === "running") listener();
    return () => this.#serving.delete(listener);
  }

  /** Its lease is no longer kept alive, and runs out by itself. */
  loseLease(): void {
    this.#keeping.lose();
  }

  /** Its lease is kept alive again; it registers anew when that has run out. */
  regainLease(): void {
    this.#keeping.regain();
  }

  /** Stops it in its tracks (SIGSTOP). Nothing happens unless it is running. */
  freeze(): void {
    if (this.#phase !== "running" || !this.#run?.process.freeze) return;
    this.#run.process.freeze();
    this.#become("frozen");
  }

  /** Lets it go on (SIGCONT). */
  thaw(): void {
    if (this.#phase !== "frozen") return;
    this.#run?.process.thaw?.();
    this.#become("running");
  }

  /** Stops it gracefully, when it runs, and starts it with the newest code. */
  restart(): Promise<void> {
    this.#restarting ??= this.stop()
      .then(() => this.#owner.restart())
      .finally(() => {
        this.#restarting = undefined;
      });
    return this.#restarting;
  }

  /** The registry no longer has its key. */
  deregistered(): void {
    this.#keeping.deregistered();
  }

  #become(phase: InstancePhase, exit?: string): void {
    this.#phase = phase;
    const change = { kind: "instance-phase-changed" as const, instance: this.id, phase };
    this.#deps.log.append({ ...change, ...(exit !== undefined && { exit }) });
  }
}
