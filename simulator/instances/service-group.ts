import { randomBytes } from "node:crypto";
import { messageOf } from "../kernel/errors.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import { Instance } from "./instance.ts";
import type { InstanceDeps } from "./instance-contract.ts";
import { Restarts } from "./restarts.ts";
import { ServiceCode, type CodeDeps } from "./service-code.ts";
import { SerialQueue } from "./serial-queue.ts";

export interface GroupDeps extends InstanceDeps, CodeDeps {
  /** Resolves when the gateway may pick an instance; rejects when the signal aborts. */
  readonly settled: (service: string, instance: string, signal: AbortSignal) => Promise<void>;
  readonly created: (instance: Instance) => void;
  readonly removed: (id: string) => void;
}

/** A new instance that is not healthy by then does not replace an old one. */
const SETTLE_TIMEOUT_MS = 10_000;

/** The instances of one service. What is asked of it is done one thing after the other. */
export class ServiceGroup {
  readonly #name: string;
  readonly #deps: GroupDeps;
  readonly #queue = new SerialQueue();
  readonly #instances = new Map<number, Instance>();
  readonly #restarts = new Restarts();
  readonly #code: ServiceCode;
  readonly #removal = new AbortController();
  #spec: ServiceSpec | undefined;
  #scale = 0;
  #reloadQueued = false;

  constructor(name: string, deps: GroupDeps) {
    this.#name = name;
    this.#deps = deps;
    this.#code = new ServiceCode(name, deps);
  }

  /** In the order of their ordinals. */
  get instances(): readonly Instance[] {
    return [...this.#instances].sort(([a], [b]) => a - b).map(([, instance]) => instance);
  }

  /** Defines, or defines anew; resolves with whether all wanted instances run. Never rejects for
   * what is wrong with the user's code: that is a problem in the facts. */
  define(spec: ServiceSpec): Promise<boolean> {
    return this.#queue.run(async () => {
      const before = this.#spec;
      this.#spec = spec;
      this.#scale = spec.instances;
      if (before && this.#code.ready && embodied(before) === embodied(spec)) return this.#fill();
      if (!(await this.#code.prepare(spec))) return false;
      return (await this.#exchange()) && this.#fill();
    });
  }

  scale(instances: number): Promise<boolean> {
    return this.#queue.run(() => {
      this.#scale = instances;
      return this.#fill();
    });
  }

  /** Prepares anew and exchanges all instances one by one; nobody is lost when it fails. */
  async reload(): Promise<boolean> {
    // A reload that has yet to begin sees the newest files anyway.
    if (this.#reloadQueued) return true;
    this.#reloadQueued = true;
    return this.#queue.run(async () => {
      this.#reloadQueued = false;
      if (!this.#spec || !(await this.#code.prepare(this.#spec))) return false;
      return (await this.#exchange()) && this.#fill();
    });
  }

  /** Stops all instances gracefully and forgets them; what is under way is given up. */
  async remove(): Promise<void> {
    this.#removal.abort();
    this.#deps.problems.solved(this.#code.problemKey);
    const stopAll = () => Promise.all(this.instances.map((each) => this.#remove(each)));
    await stopAll();
    await this.#queue.run(stopAll);
    await this.#code.close();
  }

  /** Kills all processes at once. */
  async kill(): Promise<void> {
    this.#removal.abort();
    this.#restarts.clear();
    await Promise.all(this.instances.map((instance) => instance.kill()));
  }

  #isHere(instance: Instance): boolean {
    return !this.#removal.signal.aborted && this.instances.includes(instance);
  }

  /** Starts what is missing and stops what is too much, as the scale says. */
  async #fill(): Promise<boolean> {
    const kept = this.instances.toSorted((a, b) => a.slot - b.slot).slice(0, this.#scale);
    const surplus = this.instances.filter((instance) => !kept.includes(instance));
    const slots = new Set(kept.map(({ slot }) => slot));
    const missing: Promise<boolean>[] = [];
    for (let slot = 0; slot < this.#scale; slot++) {
      if (!slots.has(slot) && this.#code.ready) missing.push(this.#start(this.#create(slot)));
    }
    await Promise.all(surplus.map((instance) => this.#remove(instance)));
    const started = await Promise.all(missing);
    await this.#code.watched;
    const crashed = this.instances.some((instance) => instance.phase === "crashed");
    return started.every(Boolean) && !crashed && this.instances.length >= this.#scale;
  }

  /** Replaces instance after instance: the new one first, the old one when that is healthy. */
  async #exchange(): Promise<boolean> {
    for (const old of this.instances) {
      // Killed on purpose: it stays so until it is started, with the newest code.
      if (old.phase === "killed" || !this.#isHere(old)) continue;
      if (old.phase === "crashed") {
        this.#restarts.forget(old);
        if (!(await this.#start(old))) return false;
        continue;
      }
      const replacement = this.#create(old.slot);
      if (!(await this.#start(replacement)) || !(await this.#settles(replacement))) {
        await this.#remove(replacement);
        return false;
      }
      await this.#remove(old);
    }
    return true;
  }

  async #settles(instance: Instance): Promise<boolean> {
    const signal = AbortSignal.any([AbortSignal.timeout(SETTLE_TIMEOUT_MS), this.#removal.signal]);
    try {
      signal.throwIfAborted();
      await this.#deps.settled(this.#name, instance.id, signal);
      return true;
    } catch (error) {
      if (this.#removal.signal.aborted) return false;
      if (!signal.aborted) throw error;
      const message = `The new version of ${this.#name} does not become healthy within ${String(SETTLE_TIMEOUT_MS / 1000)}s; the old one keeps serving.`;
      this.#deps.problems.found(this.#code.problemKey, message, { service: this.#name });
      return false;
    }
  }

  #create(slot: number): Instance {
    let ordinal = 1;
    while (this.#instances.has(ordinal)) ordinal++;
    const id = `${this.#name}-${String(ordinal)}`;
    const weight = this.#spec?.balancer.servers?.[slot]?.weight ?? 1;
    const token = randomBytes(16).toString("hex");
    const runtime = this.#code.at(slot)?.runtime ?? "";
    const seed = { id, service: this.#name, runtime, slot, weight, token };
    const instance: Instance = new Instance(seed, this.#deps, {
      crashed: (exit, ranForMs) => {
        this.#startLater(instance, exit, ranForMs, `instance:${id}`);
      },
      restart: async () => {
        await this.#start(instance);
      },
      unregistered: (error) => {
        const message = `${id} could not be kept registered: ${messageOf(error)}`;
        this.#deps.problems.found(`instance:${id}`, message, { service: this.#name });
      },
    });
    this.#instances.set(ordinal, instance);
    const created = { instance: id, service: this.#name, runtime, weight };
    this.#deps.log.append({ kind: "instance-created", ...created });
    this.#deps.created(instance);
    return instance;
  }

  async #start(instance: Instance): Promise<boolean> {
    const prepared = this.#code.at(instance.slot)?.prepared;
    if (!prepared || !this.#isHere(instance)) return false;
    const result = await instance.start(prepared);
    switch (result.kind) {
      case "running":
        this.#deps.problems.solved(this.#code.problemKey);
        this.#deps.problems.solved(`instance:${instance.id}`);
        return true;
      case "failed": {
        const { message, location } = result;
        this.#deps.problems.found(this.#code.problemKey, message, {
          service: this.#name,
          location,
        });
        return false;
      }
      case "ended":
        this.#startLater(instance, `${result.exit} before it served`, 0, this.#code.problemKey);
        return false;
      case "withdrawn":
        return false;
    }
  }

  #startLater(instance: Instance, exit: string, ranForMs: number, problemKey: string): void {
    if (!this.#isHere(instance)) return;
    const pauseMs = this.#restarts.schedule(instance, ranForMs, () => {
      if (instance.phase === "crashed") void this.#start(instance);
    });
    const message = `${instance.id} ${exit}; it is started again in ${String(pauseMs / 1000)}s.`;
    this.#deps.problems.found(problemKey, message, { service: this.#name });
  }

  /** Stops an instance gracefully and forgets it. */
  async #remove(instance: Instance): Promise<void> {
    this.#restarts.forget(instance);
    await instance.stop();
    for (const [ordinal, each] of this.#instances) {
      if (each !== instance) continue;
      this.#instances.delete(ordinal);
      this.#deps.problems.solved(`instance:${instance.id}`);
      this.#deps.log.append({ kind: "instance-removed", instance: instance.id });
      this.#deps.removed(instance.id);
    }
  }
}

/** What of a spec is in its instances, and so takes new ones when it changes. */
function embodied({ function: reference, synthetic, health, balancer }: ServiceSpec): string {
  const servers = balancer.servers?.map(({ external, address, synthetic: own }) => [
    external && address,
    own,
  ]);
  return JSON.stringify([reference, synthetic, health.http, servers]);
}
