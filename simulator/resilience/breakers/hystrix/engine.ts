import type { BreakerWindow } from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/spec.ts";
import type { Admission, Engine, EngineDeps, FallbackPermit, HystrixMetrics } from "../contract.ts";
import { CircuitBreaker } from "./circuit-breaker.ts";
import { CommandMetrics, type CountedEvent } from "./command-metrics.ts";
import type { HealthEvent } from "./health-window.ts";
import { NetflixPermit, type Ended } from "./permit.ts";
import {
  fallbackDisabled,
  fallbackFailed,
  fallbackRejected,
  NO_SEMAPHORE,
  NO_THREAD,
  ruleOf,
  SHORT_CIRCUITED,
} from "./texts.ts";
import { WorkerPool } from "./worker-pool.ts";

type Spec = BreakerSpecOf<"hystrix">;

const refusal = (outcome: "short-circuit" | "rejected", error: string): Admission => ({
  kind: "refused",
  outcome,
  error,
});
const SHORT_CIRCUIT = refusal("short-circuit", SHORT_CIRCUITED);
const SEMAPHORE_REJECTION = refusal("rejected", NO_SEMAPHORE);
const THREAD_REJECTION = refusal("rejected", NO_THREAD);

const COUNTED = {
  success: "Success",
  failure: "Failure",
  timeout: "Timeout",
} as const satisfies Record<string, CountedEvent>;

/** What belongs to one `HystrixCommandKey`: breaker, thread pool or semaphore, and metrics. */
export class NetflixEngine implements Engine {
  readonly rule: string;
  readonly #spec: Spec;
  readonly #name: string;
  readonly #now: () => number;
  readonly #breaker: CircuitBreaker;
  #metrics: CommandMetrics;
  readonly #pool: WorkerPool;
  readonly #inThreads: boolean;
  #semaphore = 0;
  #fallbackSemaphore = 0;
  /** The library knows nothing of a command before its first one is made. */
  #hasBegun = false;
  #isOver = false;

  constructor(spec: Spec, deps: EngineDeps) {
    this.#spec = spec;
    this.#name = deps.name ?? "";
    this.#now = () => deps.clock.now();
    this.rule = ruleOf(spec);
    this.#inThreads = spec.executionIsolationStrategy === "THREAD";
    this.#metrics = new CommandMetrics(spec, this.#now());
    this.#pool = new WorkerPool(spec);
    this.#breaker = new CircuitBreaker(spec, deps);
  }

  get status() {
    return this.#breaker.status;
  }

  get probeAt(): number | undefined {
    return this.#breaker.probeAt;
  }

  admit(): Admission {
    if (this.#isOver) return THREAD_REJECTION;
    const now = this.#breaker.advance();
    if (!this.#hasBegun) this.#begin(now);
    const verdict = this.#breaker.ask();
    if (!verdict.passes) {
      this.#countError("ShortCircuited", now);
      return SHORT_CIRCUIT;
    }
    const { test } = verdict;
    const permit = new NetflixPermit(this.#spec, test, now, this.#ended);
    if (!this.#inThreads) {
      if (this.#semaphore >= this.#spec.executionIsolationSemaphoreMaxConcurrentRequests) {
        this.#breaker.rules.abandoned(test);
        this.#count("rejection", "SemaphoreRejected", now);
        return SEMAPHORE_REJECTION;
      }
      this.#semaphore++;
    } else if (!permit.submitTo(this.#pool, this.#now, this.#began)) {
      this.#breaker.rules.failed(test);
      this.#count("rejection", "ThreadPoolRejected", now);
      return THREAD_REJECTION;
    }
    if (!permit.turn) this.#metrics.executionStarted(now);
    return { kind: "admitted", permit };
  }

  window(): BreakerWindow {
    this.#breaker.advance();
    return this.#breaker.window();
  }

  force(mode: "open" | "closed" | undefined): void {
    this.#breaker.advance();
    this.#breaker.force(mode);
  }

  probe(): void {
    this.#breaker.advance();
    this.#breaker.probe();
  }

  reset(): void {
    this.#breaker.advance();
    this.#breaker.reset();
  }

  fallback(): FallbackPermit | undefined {
    const most = this.#spec.fallbackIsolationSemaphoreMaxConcurrentRequests;
    // Counted already when the error came.
    if (!this.#spec.fallbackEnabled || most === 0) return undefined;
    const now = this.#now();
    this.#metrics.count("FallbackMissing", now, -1);
    if (this.#fallbackSemaphore >= most) {
      this.#metrics.count("FallbackRejection", now);
      return undefined;
    }
    this.#fallbackSemaphore++;
    return {
      ended: (succeeded) => {
        this.#fallbackSemaphore--;
        this.#metrics.count(succeeded ? "FallbackSuccess" : "FallbackFailure", this.#now());
      },
    };
  }

  fallbackError(fallback: string | undefined, run: string): string {
    if (fallback !== undefined) return fallbackFailed(this.#name, fallback, run);
    return this.#spec.fallbackEnabled
      ? fallbackRejected(this.#name)
      : fallbackDisabled(this.#name, run);
  }

  /** As the library's own stream, it asks `isOpen`, which may open 1.5.18's breaker. */
  metrics(): HystrixMetrics {
    const now = this.#breaker.advance();
    if (this.#hasBegun) this.#breaker.rules.askForced();
    const { rollingThreads, ...figures } = this.#metrics.figures(now);
    const { health, isOpen } = this.#breaker;
    return {
      isOpen,
      requestCount: health.requests,
      errorCount: health.errors,
      errorPercentage: health.errorPercentage,
      concurrent: this.#metrics.concurrent,
      ...figures,
      pool: {
        ...this.#pool.figures(now),
        rollingMaxActive: this.#inThreads ? figures.rollingMaxConcurrent : 0,
        rollingExecuted: rollingThreads,
        rollingRejected: figures.rollingCounts.ThreadPoolRejected ?? 0,
      },
    };
  }

  close(): void {
    this.#isOver = true;
    this.#breaker.close();
    this.#pool.release();
  }

  /** The streams of health and of figures begin with the first command. */
  #begin(now: number): void {
    this.#hasBegun = true;
    this.#breaker.begin(now);
    this.#metrics = new CommandMetrics(this.#spec, now);
  }

  /** A thread took a call from the queue. */
  readonly #began = (): void => this.#metrics.executionStarted(this.#now());

  readonly #ended: Ended = (permit, end, began) => {
    const now = this.#breaker.advance();
    if (!this.#inThreads) this.#semaphore--;
    if (began) {
      const ms = Math.max(0, Math.floor(now) - Math.floor(permit.at));
      const how = end === "canceled" ? "canceled" : "counted";
      this.#metrics.executionEnded(how, this.#inThreads, ms, now);
    }
    const { rules } = this.#breaker;
    if (end === "success") rules.succeeded(permit.test);
    else if (end === "canceled") rules.abandoned(permit.test);
    else rules.failed(permit.test);
    if (end !== "canceled") this.#count(end, COUNTED[end], now);
  };

  #count(event: HealthEvent, name: CountedEvent, now: number): void {
    this.#breaker.count(event);
    if (event === "success") this.#metrics.count(name, now);
    else this.#countError(name, now);
  }

  /**
   * Without a fallback the error is thrown; one that follows takes that back. The library asks for
   * a place first, even where there is no fallback.
   */
  #countError(name: CountedEvent, now: number): void {
    this.#metrics.count(name, now);
    if (!this.#spec.fallbackEnabled) return;
    const hasPlace = this.#spec.fallbackIsolationSemaphoreMaxConcurrentRequests > 0;
    this.#metrics.count(hasPlace ? "FallbackMissing" : "FallbackRejection", now);
  }
}
