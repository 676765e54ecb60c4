import type { FaultyPassage, FaultyPath, PassingRequest } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Random } from "../kernel/random.ts";
import type { Scope } from "../kernel/scope.ts";
import { touchesService } from "../protocol/fault-target.ts";
import type { ActiveFault, FaultKindId, FaultSpec, FaultTarget } from "../protocol/model.ts";
import type { FaultSubject, ProcessEffect, ProcessFaultKind } from "./contract.ts";
import { Beginnings } from "./beginnings.ts";
import { FaultCounts } from "./counts.ts";
import { faultKindOf, faultKinds } from "./index.ts";
import { Injected, type InjectOptions } from "./injected.ts";
import { checkTarget, type FaultTargets } from "./targets.ts";
import { WirePath, type PassingCheck } from "./wire-path.ts";

export interface InjectorDeps extends FaultTargets {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Chance of faults without a seed. */
  readonly random: Random;
  readonly platform: NodeJS.Platform;
  readonly scope: Scope;
  /** What is at work on the wire has changed. */
  changed?(): void;
}

/** Injects faults, takes them back, and stands on the way to the instances. */
export class Injector implements FaultyPath {
  readonly #deps: InjectorDeps;
  readonly #injected = new Map<string, Injected>();
  readonly #path = new WirePath();
  readonly #counts: FaultCounts;
  readonly #beginnings: Beginnings;
  #next = 1;

  constructor(deps: InjectorDeps) {
    this.#deps = deps;
    this.#counts = new FaultCounts(deps.log, deps.clock);
    this.#beginnings = new Beginnings(deps, this.#counts, (injected, what, error) => {
      this.#failed(injected, what, error);
    });
    deps.scope.add(() => {
      for (const injected of this.#injected.values()) injected.close();
      this.#injected.clear();
      this.#path.place([]);
      this.#counts.dispose();
    });
  }

  /** The kinds that the platform can do. */
  get kinds(): FaultKindId[] {
    return faultKinds.filter((kind) => kind.available(this.#deps.platform)).map(({ id }) => id);
  }

  /**
   * Injects a fault. Throws a FuseboardError when it cannot work on that target: there is none, it
   * has the fault already, or the platform cannot do it.
   */
  inject(target: FaultTarget, fault: FaultSpec, options: InjectOptions = {}): ActiveFault {
    const { conditions, delayMs = 0, durationMs } = options;
    const { clock, log, platform } = this.#deps;
    const kind = faultKindOf(fault);
    checkTarget(kind, target, conditions, this.#deps, platform);
    if (kind.reach === "process") this.#freeOf(kind, target);
    const since = clock.now() + delayMs;
    const active: ActiveFault = {
      id: `fault-${this.#next++}`,
      target,
      fault,
      ...(conditions && { conditions }),
      since,
      ...(durationMs !== undefined && { until: since + durationMs }),
      touched: 0,
    };
    const injected = new Injected(active, kind);
    this.#injected.set(active.id, injected);
    log.append({ kind: "fault-injected", active });
    if (delayMs > 0) injected.cancel = clock.after(delayMs, () => this.#beginLate(injected));
    else this.#begin(injected);
    return active;
  }

  /** Takes these faults back, or all; what is over already stays so. */
  async clear(ids: readonly string[] = [...this.#injected.keys()]): Promise<void> {
    await Promise.all(ids.map((id) => this.#takeBack(id, "asked")));
  }

  /**
   * Takes back what does not outlast the process of one instance, which is to be started again;
   * true when there was something.
   */
  async clearProcessFaults(instance: string): Promise<boolean> {
    const ended: Promise<void>[] = [];
    for (const injected of [...this.#injected.values()]) {
      const { kind, effects, active } = injected;
      const effect = effects.get(instance);
      if (!effect || kind.reach !== "process" || kind.lasts) continue;
      if (effects.size === 1) {
        ended.push(this.#takeBack(active.id, "asked"));
      } else {
        effects.delete(instance);
        ended.push(this.#end(injected, effect));
      }
    }
    await Promise.all(ended);
    return ended.length > 0;
  }

  /** An instance is gone for good: what worked on it alone is over. */
  forget(instance: string): void {
    this.#lose((injected) => injected.loses(instance));
  }

  /** A service is gone: what worked on it, or between it and another, is over. */
  forgetService(service: string): void {
    this.#lose(({ active }) => touchesService(active.target, service));
  }

  /** A new instance of a service: what lasts on the whole service works on it too. */
  adopt(subject: FaultSubject, service: string): void {
    for (const injected of this.#injected.values()) {
      const { active, kind, hasBegun } = injected;
      const { target } = active;
      if (!("service" in target) || target.service !== service) continue;
      if (kind.reach === "process" && kind.lasts && hasBegun) {
        this.#beginnings.on(injected, kind, subject);
      }
    }
  }

  pass(instance: string, request: PassingRequest, path: string): FaultyPassage | undefined {
    return this.#path.pass(instance, request, path);
  }

  refuses(instance: string, service: string): boolean {
    return this.#path.refuses(instance, service);
  }

  /**
   * What the faults make of a health check: resolves, maybe later, or rejects with a WireError, or
   * with the signal's reason.
   */
  passCheck(check: PassingCheck, signal: AbortSignal): Promise<void> {
    return this.#path.check(check, signal);
  }

  #begin(injected: Injected): void {
    const { active, kind } = injected;
    injected.begin();
    try {
      if (kind.reach === "wire") {
        this.#beginnings.onWire(injected, kind);
        this.#publish();
      } else {
        for (const subject of this.#freeOf(kind, active.target)) {
          this.#beginnings.on(injected, kind, subject);
        }
      }
    } catch (error) {
      void this.#takeBack(active.id, "asked");
      throw error;
    }
    injected.cancel =
      active.until === undefined
        ? undefined
        : this.#deps.clock.after(active.until - active.since, () => {
            void this.#takeBack(active.id, "expired");
          });
    const done = [...injected.effects.values()].flatMap((effect) => effect.done ?? []);
    if (done.length > 0 && done.length === injected.effects.size) {
      void Promise.allSettled(done).then(() => this.#takeBack(active.id, "expired"));
    }
  }

  #beginLate(injected: Injected): void {
    try {
      this.#begin(injected);
    } catch (error) {
      this.#failed(injected, "could not begin", error);
    }
  }

  #freeOf(kind: ProcessFaultKind, target: FaultTarget): FaultSubject[] {
    return this.#beginnings.freeOf(kind, target, [...this.#injected.values()]);
  }

  async #takeBack(id: string, because: "asked" | "expired"): Promise<void> {
    const injected = this.#injected.get(id);
    if (!injected) return;
    this.#drop(injected);
    const ends = [...injected.effects.values()].map((effect) => this.#end(injected, effect));
    await Promise.all(ends);
    this.#counts.close(id);
    this.#deps.log.append({ kind: "fault-cleared", id, because });
  }

  #drop(injected: Injected): void {
    this.#injected.delete(injected.active.id);
    injected.close();
    if (injected.kind.reach === "wire") this.#publish();
  }

  #lose(isLost: (injected: Injected) => boolean): void {
    for (const injected of [...this.#injected.values()].filter(isLost)) {
      const { id } = injected.active;
      this.#drop(injected);
      this.#counts.close(id);
      this.#deps.log.append({ kind: "fault-cleared", id, because: "target-gone" });
    }
  }

  async #end(injected: Injected, effect: ProcessEffect): Promise<void> {
    try {
      await effect.end();
    } catch (error) {
      this.#failed(injected, "could not be taken back", error);
    }
  }

  #failed({ active }: Injected, what: string, error: unknown): void {
    const message = `The fault "${active.fault.kind}" ${what}: ${messageOf(error)}`;
    const at = this.#deps.clock.now();
    const problem = { key: `fault:${active.id}`, severity: "warning" as const, message, at };
    this.#deps.log.append({ kind: "problem-found", problem });
  }

  #publish(): void {
    this.#path.place([...this.#injected.values()].flatMap(({ wire }) => wire ?? []));
    this.#deps.changed?.();
  }
}
