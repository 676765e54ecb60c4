import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import type { HealthCheck, HealthStatus } from "../protocol/model.ts";
import type { Server } from "../protocol/spec.ts";
import type { HealthKind, HealthTarget, HealthTimes, ProbeResult } from "./contract.ts";
import { CheckLoop } from "./check-loop.ts";

/** Who is told. */
export interface HealthListener {
  checked(check: HealthCheck): void;
  changed(status: HealthStatus): void;
}

const NOT_COUNTED = "(a debugger holds it; not counted)";

/** What happens on the way to the target: may take time, or throw as a broken wire does. */
export type BeforeProbe<Options> = (
  target: HealthTarget,
  options: Options,
  signal: AbortSignal,
) => Promise<void>;

/** What the checks of a kind look at besides the target's answer. */
export interface HealthSurroundings<Options> {
  /** Stands before each check. */
  readonly before?: BeforeProbe<Options>;
  /** Whether a debugger holds the target: a check that fails then does not count. */
  readonly isDebugged?: (instance: string) => boolean;
}

/** Checks endpoints actively: each at once, then at its interval, never twice at a time. */
export class HealthChecker<Options> {
  readonly #clock: Clock;
  readonly #kind: HealthKind<Options>;
  readonly #around: HealthSurroundings<Options>;

  constructor(clock: Clock, kind: HealthKind<Options>, around: HealthSurroundings<Options> = {}) {
    this.#clock = clock;
    this.#kind = kind;
    this.#around = around;
  }

  /**
   * Checks `target` until the scope ends; nobody is told anything afterwards. Answers what is to be
   * called when calls fail too often at it.
   * @param version HAProxy's release, whose rules of the next check are followed; absent: the newest
   */
  watch(
    target: HealthTarget,
    settings: HealthTimes & Options,
    listener: HealthListener,
    scope: Scope,
    version?: string,
  ): (onError: Server["onError"]) => void {
    const loop = new CheckLoop({
      clock: this.#clock,
      times: settings,
      version,
      probe: (ended) => {
        const limit = new AbortController();
        const signal = AbortSignal.any([scope.signal, limit.signal]);
        void this.#check(target, settings, signal).then((check) => {
          if (scope.ended) return;
          const isSpared = !check.ok && this.#isDebugged(target);
          listener.checked(
            isSpared ? { ...check, output: `${check.output} ${NOT_COUNTED}` } : check,
          );
          ended(isSpared ? undefined : check.ok);
        });
        return (limitMs) => {
          limit.abort(new Error(`timeout after ${String(Math.round(limitMs * 100) / 100)}ms`));
        };
      },
      changed: (status) => {
        listener.changed(status);
      },
    });
    if (!scope.ended) loop.begin(0);
    scope.add(() => {
      loop.stop();
    });
    return (onError) => {
      if (!scope.ended && !this.#isDebugged(target)) loop.suspect(onError);
    };
  }

  #isDebugged({ instance }: HealthTarget): boolean {
    return this.#around.isDebugged?.(instance) === true;
  }

  async #check(
    target: HealthTarget,
    settings: HealthTimes & Options,
    signal: AbortSignal,
  ): Promise<HealthCheck> {
    const at = this.#clock.now();
    const done = (result: ProbeResult): HealthCheck => ({
      at,
      ms: this.#clock.now() - at,
      ...result,
    });
    try {
      await this.#around.before?.(target, settings, signal);
      return done(await this.#kind.probe(target, settings, signal));
    } catch (error) {
      // Whatever it broke off with: its time was up.
      return done({ ok: false, output: messageOf(signal.aborted ? signal.reason : error) });
    }
  }
}
