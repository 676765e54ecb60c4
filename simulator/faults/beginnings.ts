import type { Clock } from "../kernel/clock.ts";
import { FuseboardError } from "../kernel/errors.ts";
import { seededRandom, type Random } from "../kernel/random.ts";
import { faultTargetText } from "../protocol/fault-target.ts";
import { FAULT_TITLES } from "../protocol/fault-titles.ts";
import type { FaultTarget } from "../protocol/model.ts";
import type { FaultSubject, ProcessFaultKind, WireFaultKind } from "./contract.ts";
import type { FaultCounts } from "./counts.ts";
import type { Injected } from "./injected.ts";
import { processesOf, type FaultTargets } from "./targets.ts";

interface BeginningsDeps extends FaultTargets {
  readonly clock: Clock;
  /** Chance of faults without a seed. */
  readonly random: Random;
}

/** Begins what has been injected: on the wire, or on one process after the other. */
export class Beginnings {
  readonly #deps: BeginningsDeps;
  readonly #counts: FaultCounts;
  readonly #failed: (injected: Injected, what: string, error: unknown) => void;

  constructor(
    deps: BeginningsDeps,
    counts: FaultCounts,
    failed: (injected: Injected, what: string, error: unknown) => void,
  ) {
    this.#deps = deps;
    this.#counts = counts;
    this.#failed = failed;
  }

  /** From now on it is on the way of every attempt that it matches. */
  onWire(injected: Injected, kind: WireFaultKind): void {
    const { active, fault, over } = injected;
    const { target, conditions } = active;
    const { clock, random } = this.#deps;
    const { seed } = conditions ?? {};
    const chance = seed === undefined ? random : seededRandom(seed);
    const checkChance = seed === undefined ? random : seededRandom(~seed);
    injected.wire = {
      kind,
      target,
      conditions,
      attempts: { chance, effect: kind.begin(fault, { random: chance, clock, over }) },
      checks: {
        chance: checkChance,
        effect: kind.begin(fault, { random: checkChance, clock, over }),
      },
      over,
      touched: () => this.#counts.touched(active.id, ++injected.touched),
    };
  }

  /** Throws what the fault throws. */
  on(injected: Injected, kind: ProcessFaultKind, subject: FaultSubject): void {
    const { fault, over, effects } = injected;
    const { clock, random } = this.#deps;
    const effect = kind.begin(fault, subject, { random, clock, over });
    effects.set(subject.id, effect);
    effect.begun?.catch((error: unknown) => {
      this.#failed(injected, `did not take hold of ${subject.id}`, error);
    });
  }

  /** The instances that do not have a fault on processes yet; throws when there are none. */
  freeOf(
    kind: ProcessFaultKind,
    target: FaultTarget,
    injected: readonly Injected[],
  ): FaultSubject[] {
    const same = injected.filter((each) => each.kind === kind);
    const all = processesOf(target, this.#deps);
    const free = all.filter(({ id }) => !same.some(({ effects }) => effects.has(id)));
    if (free.length > 0) return free;
    const [label, name] = [FAULT_TITLES[kind.id].label, faultTargetText(target)];
    const message = `"${label}" is at work on "${name}" already; clear it first.`;
    throw new FuseboardError("fault-active", message);
  }
}
