import type { Clock } from "../kernel/clock.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import type { HealthCheck, HealthStatus } from "../protocol/model.ts";
import type { Server } from "../protocol/spec.ts";
import type { HealthKind, HealthTarget, HealthTimes, ProbeResult } from "./contract.ts";
import { RiseAndFall } from "./rise-and-fall.ts";

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
   * called when calls fail too often at it: the next check comes at `fastInterval` then.
   */
  watch(
    target: HealthTarget,
    settings: HealthTimes & Options,
    listener: HealthListener,
    scope: Scope,
  ): (onError: Server["onError"]) => void {
    const state = new RiseAndFall(settings);
    let timer: NodeJS.Timeout | undefined;
    let nextAt = -Infinity;
    scope.add(() => {
      clearTimeout(timer);
    });
    const checkAfter = (pauseMs: number) => {
      clearTimeout(timer);
      nextAt = this.#clock.now() + pauseMs;
      timer = setTimeout(() => void run(), pauseMs);
    };
    const run = async (): Promise<void> => {
      const check = await this.#check(target, settings, scope.signal);
      if (scope.ended) return;
      const isSpared = !check.ok && this.#around.isDebugged?.(target.instance) === true;
      listener.checked(isSpared ? { ...check, output: `${check.output} ${NOT_COUNTED}` } : check);
      if (!isSpared && state.add(check.ok)) listener.changed(state.status);
      checkAfter(state.interval);
    };
    if (!scope.ended) void run();
    return (onError) => {
      if (scope.ended || this.#around.isDebugged?.(target.instance)) return;
      if (state.suspect(onError)) listener.changed(state.status);
      const { fastInterval } = settings;
      // A check that is under way is soon enough.
      const isLater = nextAt > this.#clock.now() + (fastInterval ?? Infinity);
      if (fastInterval !== undefined && isLater) checkAfter(fastInterval);
    };
  }

  async #check(
    target: HealthTarget,
    settings: HealthTimes & Options,
    ended: AbortSignal,
  ): Promise<HealthCheck> {
    const at = this.#clock.now();
    const done = (result: ProbeResult): HealthCheck => ({
      at,
      ms: this.#clock.now() - at,
      ...result,
    });
    // It takes whole milliseconds only, a cluster file also 1.5ms.
    const timeout = AbortSignal.timeout(Math.ceil(settings.timeout));
    const signal = AbortSignal.any([ended, timeout]);
    try {
      await this.#around.before?.(target, settings, signal);
      return done(await this.#kind.probe(target, settings, signal));
    } catch (error) {
      const output = timeout.aborted
        ? `timeout after ${String(settings.timeout)}ms`
        : messageOf(error);
      return done({ ok: false, output });
    }
  }
}
