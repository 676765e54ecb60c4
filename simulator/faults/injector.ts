import type { FaultyPassage, FaultyPath } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import { FuseboardError, messageOf } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Random } from "../kernel/random.ts";
import type { Scope } from "../kernel/scope.ts";
import type { ActiveFault, FaultKindId, FaultSpec, FaultTarget } from "../protocol/model.ts";
import type { FaultEffect, FaultKind, FaultSubject } from "./contract.ts";
import { faultKindOf, faultKinds } from "./index.ts";

export interface InjectorDeps {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly platform: NodeJS.Platform;
  /** The instances that a target means now. */
  subjects(target: FaultTarget): readonly FaultSubject[];
  readonly scope: Scope;
  /** What is at work on the wire has changed. */
  changed?(): void;
}

interface Injected {
  readonly active: ActiveFault;
  readonly effects: Map<string, FaultEffect>;
  readonly timer: NodeJS.Timeout | undefined;
}

/** Injects faults, takes them back, and stands on the way to the instances. */
export class Injector implements FaultyPath {
  readonly #deps: InjectorDeps;
  readonly #injected = new Map<string, Injected>();
  /** Effects on the wire by instance; what `pass` looks at. */
  readonly #onWire = new Map<string, readonly FaultEffect[]>();
  #next = 1;

  constructor(deps: InjectorDeps) {
    this.#deps = deps;
    deps.scope.add(() => {
      for (const { timer } of this.#injected.values()) clearTimeout(timer);
      this.#injected.clear();
      this.#onWire.clear();
    });
  }

  /** The kinds that the platform can do. */
  get kinds(): FaultKindId[] {
    return faultKinds.filter((kind) => kind.available(this.#deps.platform)).map(({ id }) => id);
  }

  /**
   * Injects a fault into an instance, or into all of a service. Throws a FuseboardError when the
   * target does not exist, has it already, or the platform cannot do it.
   */
  inject(target: FaultTarget, fault: FaultSpec, durationMs?: number): ActiveFault {
    const kind = faultKindOf(fault);
    const { clock, log } = this.#deps;
    const subjects = this.#subjectsFor(target, kind);
    const id = `fault-${this.#next++}`;
    const since = clock.now();
    const until = durationMs === undefined ? undefined : since + durationMs;
    const active = { id, target, fault, since, ...(until !== undefined && { until }) };
    const effects = new Map<string, FaultEffect>();
    this.#injected.set(id, { active, effects, timer: undefined });
    log.append({ kind: "fault-injected", active });
    try {
      for (const subject of subjects) this.#begin(active, kind, subject, effects);
    } catch (error) {
      void this.#takeBack(id, "asked");
      throw error;
    }
    const timer =
      durationMs === undefined
        ? undefined
        : setTimeout(() => void this.#takeBack(id, "expired"), durationMs);
    this.#injected.set(id, { active, effects, timer });
    this.#publish();
    const over = [...effects.values()].flatMap((effect) => effect.over ?? []);
    if (over.length === effects.size) {
      void Promise.allSettled(over).then(() => this.#takeBack(id, "expired"));
    }
    return active;
  }

  /** The instances that a fault can begin to work on; throws when there are none. */
  #subjectsFor(target: FaultTarget, kind: FaultKind): FaultSubject[] {
    const { platform } = this.#deps;
    if (!kind.available(platform)) {
      const message = `"${kind.label}" is not available on ${platform}.`;
      throw new FuseboardError("fault-unavailable", message);
    }
    const name = "instance" in target ? target.instance : target.service;
    const all = this.#deps.subjects(target);
    if (all.length === 0) {
      throw new FuseboardError("unknown-target", `There is no instance of "${name}" to work on.`);
    }
    if (kind.reach === "wire") return [...all];
    const ours = all.filter(({ external }) => external !== true);
    if (ours.length === 0) {
      const message = `"${kind.label}" works on a process of Fuseboard's, and "${name}" is a program of yours that it did not start. A fault on the wire can be injected, such as "Refuse connections".`;
      throw new FuseboardError("not-ours", message);
    }
    const same = [...this.#injected.values()].filter(({ active }) => active.fault.kind === kind.id);
    const free = ours.filter(({ id }) => !same.some(({ effects }) => effects.has(id)));
    if (free.length === 0) {
      const message = `"${kind.label}" is at work on "${name}" already; clear it first.`;
      throw new FuseboardError("fault-active", message);
    }
    return free;
  }

  #begin(
    active: ActiveFault,
    kind: FaultKind,
    subject: FaultSubject,
    effects: Map<string, FaultEffect>,
  ): void {
    const effect = kind.begin(active.fault, subject, this.#deps);
    effects.set(subject.id, effect);
    effect.begun?.catch((error: unknown) => {
      this.#failed(active, `did not take hold of ${subject.id}`, error);
    });
  }

  /** Takes a fault back, or all. Throws a FuseboardError when there is no such fault. */
  async clear(id?: string): Promise<void> {
    if (id !== undefined && !this.#injected.has(id)) {
      throw new FuseboardError("unknown-fault", `There is no active fault "${id}".`);
    }
    const ids = id === undefined ? [...this.#injected.keys()] : [id];
    await Promise.all(ids.map((each) => this.#takeBack(each, "asked")));
  }

  /** Takes back what works on the process of one instance; true when there was something. */
  async clearProcessFaults(instance: string): Promise<boolean> {
    const ended: Promise<void>[] = [];
    for (const [id, { active, effects }] of [...this.#injected]) {
      const effect = effects.get(instance);
      if (!effect || faultKindOf(active.fault).reach !== "process") continue;
      if (effects.size === 1) {
        ended.push(this.#takeBack(id, "asked"));
      } else {
        effects.delete(instance);
        ended.push(this.#end(active, effect));
      }
    }
    await Promise.all(ended);
    return ended.length > 0;
  }

  /** An instance is gone for good: what worked on it alone is over. */
  forget(instance: string): void {
    for (const [id, { active, effects, timer }] of this.#injected) {
      if (!effects.delete(instance) || effects.size > 0) continue;
      clearTimeout(timer);
      this.#injected.delete(id);
      this.#deps.log.append({ kind: "fault-cleared", id: active.id, because: "target-gone" });
    }
    this.#publish();
  }

  /** A new instance of a service: faults on the whole service's wire hit it too. */
  adopt(subject: FaultSubject, service: string): void {
    for (const { active, effects } of this.#injected.values()) {
      const { target, fault } = active;
      if (!("service" in target) || target.service !== service) continue;
      const kind = faultKindOf(fault);
      if (kind.reach === "wire") this.#begin(active, kind, subject, effects);
    }
    this.#publish();
  }

  pass(instance: string): FaultyPassage | undefined {
    const effects = this.#onWire.get(instance);
    return effects && combine(effects);
  }

  /** The same for a health check: delays it, or throws a WireError. */
  async passCheck(instance: string, signal: AbortSignal): Promise<void> {
    const effects = this.#onWire.get(instance)?.filter((effect) => effect.hitsChecks);
    await (effects && combine(effects))?.hold?.(signal);
  }

  async #takeBack(id: string, because: "asked" | "expired"): Promise<void> {
    const injected = this.#injected.get(id);
    if (!injected) return;
    this.#injected.delete(id);
    clearTimeout(injected.timer);
    this.#publish();
    const ends = [...injected.effects.values()].map((effect) => this.#end(injected.active, effect));
    await Promise.all(ends);
    this.#deps.log.append({ kind: "fault-cleared", id, because });
  }

  async #end(active: ActiveFault, effect: FaultEffect): Promise<void> {
    try {
      await effect.end();
    } catch (error) {
      this.#failed(active, "could not be taken back", error);
    }
  }

  #failed({ id, fault }: ActiveFault, what: string, error: unknown): void {
    this.#deps.log.append({
      kind: "problem-found",
      problem: {
        key: `fault:${id}`,
        severity: "warning",
        message: `The fault "${fault.kind}" ${what}: ${messageOf(error)}`,
        at: this.#deps.clock.now(),
      },
    });
  }

  #publish(): void {
    const onWire = new Map<string, FaultEffect[]>();
    for (const { effects } of this.#injected.values()) {
      for (const [instance, effect] of effects) {
        if (effect.passage) onWire.set(instance, [...(onWire.get(instance) ?? []), effect]);
      }
    }
    this.#onWire.clear();
    for (const [instance, effects] of onWire) this.#onWire.set(instance, effects);
    this.#deps.changed?.();
  }
}

/** All of them one after the other; the first status answers. */
function combine(effects: readonly FaultEffect[]): FaultyPassage | undefined {
  const passages = effects.flatMap((effect) => effect.passage?.() ?? []);
  if (passages.length === 0) return undefined;
  const status = passages.find((passage) => passage.status !== undefined)?.status;
  const holds = passages.flatMap((passage) => passage.hold ?? []);
  return {
    kinds: passages.flatMap((passage) => passage.kinds),
    ...(status !== undefined && { status }),
    ...(holds.length > 0 && {
      hold: async (signal) => {
        for (const hold of holds) await hold(signal);
      },
    }),
  };
}
