import type {
  BreakerStatus,
  BreakerWindow,
  TransitionCause,
} from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/breaker-spec.ts";
import type {
  Admission,
  BreakerEngine,
  Engine,
  EngineDeps,
  FallbackPermit,
  HystrixMetrics,
  Permit,
  PermitEnd,
} from "../contract.ts";
import { CommandCounters, momentOf, type CommandEvent, type Moment } from "./command-counters.ts";
import { CommandPermit, type PermittingCommand } from "./command-permit.ts";
import { publishedMetrics } from "./published-metrics.ts";
import { TicketPool } from "./ticket-pool.ts";
import { windowOf } from "./window-of.ts";

type Settings = BreakerSpecOf<"hystrix-go">;

const CIRCUIT_OPEN = {
  kind: "refused",
  outcome: "short-circuit",
  error: "hystrix: circuit open",
} as const satisfies Admission;
const MAX_CONCURRENCY = {
  kind: "refused",
  outcome: "rejected",
  error: "hystrix: max concurrency",
} as const satisfies Admission;

/** github.com/afex/hystrix-go, as it was last changed (2018-05-02). */
export const hystrixGo: BreakerEngine<Settings> = {
  id: "hystrix-go",
  title: "Hystrix for Go",
  create: (spec, deps) => new HystrixGo(spec, deps),
};

/**
 * One command of hystrix-go with its circuit (`circuit.go`, `hystrix.go`). The library has no
 * half-open state: it stays open while a single test is under way, and any success closes it, also
 * of a call that had started before.
 *
 * Two differences. The library counts a call when its fallback has ended; here the fallback is a
 * layer of its own, and the call is counted when it ends. And it knows no `held-closed`: nothing is
 * refused then but for want of a ticket, and nothing opens it.
 */
class HystrixGo implements Engine, PermittingCommand {
  readonly rule: string;
  readonly #spec: Settings;
  readonly #deps: EngineDeps;
  readonly limit: NonNullable<Permit["limit"]>;
  readonly #counters = new CommandCounters();
  readonly #pool: TicketPool;
  #isOver = false;
  #forced: "open" | "closed" | undefined;
  /** Really, whatever is forced. */
  #open = false;
  #openedOrLastTestedMicros = 0;

  constructor(spec: Settings, deps: EngineDeps) {
    this.#spec = spec;
    this.#deps = deps;
    this.#pool = new TicketPool(spec.maxConcurrentRequests);
    this.limit = { ms: spec.timeout, cancels: false, error: "hystrix: timeout" };
    this.rule =
      `It opens when a call comes and about ten seconds hold at least ` +
      `${spec.requestVolumeThreshold} requests, ` +
      `${spec.errorPercentThreshold}% of them or more (rounded) with errors.`;
  }

  get status(): BreakerStatus {
    if (this.#forced === "open") return "forced-open";
    if (this.#forced === "closed") return "held-closed";
    return this.#open ? "open" : "closed";
  }

  get probeAt(): number | undefined {
    if (!this.#open || this.#forced === "closed") return undefined;
    return this.#openedOrLastTestedMicros / 1000 + this.#spec.sleepWindow;
  }

  admit(): Admission {
    if (this.#isOver) return CIRCUIT_OPEN;
    const at = this.#now();
    let probe = false;
    if (this.#isOpen(at)) {
      probe = this.#allowSingleTest(at);
      if (!probe) {
        this.#report("short-circuit", at);
        return CIRCUIT_OPEN;
      }
    }
    if (!this.#pool.take()) {
      this.#report("rejected", at);
      return MAX_CONCURRENCY;
    }
    return new CommandPermit(this, probe, at);
  }

  window(): BreakerWindow {
    return windowOf(this.#counters, this.#spec, this.#now());
  }

  force(mode: "open" | "closed" | undefined): void {
    this.#change("by-hand", () => (this.#forced = mode));
  }

  probe(): void {
    this.#change("by-hand", () => {
      this.#forced = undefined;
      this.#open = true;
      // Over for a microsecond: the library tests when more than the sleep window has passed.
      this.#openedOrLastTestedMicros = this.#now().micros - this.#spec.sleepWindow * 1000 - 1;
    });
  }

  reset(): void {
    this.#change("by-hand", () => {
      this.#forced = undefined;
      this.#open = false;
      this.#counters.clear();
      this.#pool.clear();
    });
  }

  fallback(): FallbackPermit {
    return {
      ended: (succeeded) => {
        const { second } = this.#now();
        this.#counters.counts.increment(
          succeeded ? "fallbackSuccesses" : "fallbackFailures",
          second,
        );
      },
    };
  }

  fallbackError(fallback: string | undefined, run: string): string {
    if (fallback === undefined) return run;
    return `fallback failed with '${fallback}'. run error was '${run}'`;
  }

  /** As the library's stream, it asks whether the circuit is open, and so may open it. */
  metrics(): HystrixMetrics {
    const at = this.#now();
    const isOpen = this.#isOpen(at);
    return publishedMetrics(this.#counters, this.#pool, isOpen, at);
  }

  close(): void {
    this.#isOver = true;
  }

  #now(): Moment {
    return momentOf(this.#deps.clock.now());
  }

  /** The library's question before each call; it is what opens the circuit. */
  #isOpen(at: Moment): boolean {
    if (this.#forced === "closed") return false;
    if (this.#forced === "open" || this.#open) return true;
    const { requestVolumeThreshold, errorPercentThreshold } = this.#spec;
    if (this.#counters.requests(at.second) < requestVolumeThreshold) return false;
    if (this.#counters.errorPercent(at) < errorPercentThreshold) return false;
    this.#opens(at);
    return true;
  }

  #opens({ micros }: Moment): void {
    this.#change("threshold", () => {
      this.#openedOrLastTestedMicros = micros;
      this.#open = true;
    });
  }

  #closes(cause: TransitionCause): void {
    this.#change(cause, () => {
      this.#open = false;
      this.#counters.clear();
    });
  }

  /** One call passes when the sleep window is over, and begins another one; also while forced. */
  #allowSingleTest({ micros }: Moment): boolean {
    const over = this.#openedOrLastTestedMicros + this.#spec.sleepWindow * 1000;
    if (!this.#open || micros <= over) return false;
    this.#openedOrLastTestedMicros = micros;
    return true;
  }

  ended(end: PermitEnd, probe: boolean, began: Moment): void {
    const at = this.#now();
    const took = at.micros - began.micros;
    this.#pool.give(at);
    if (end === "success" && this.#open) this.#closes(probe ? "probe-succeeded" : "late-success");
    this.#report(end, at, took, end === "success" || end === "failure" ? took : 0);
  }

  #report(event: CommandEvent, at: Moment, totalMicros = 0, runMicros = 0): void {
    this.#counters.report(event, at, totalMicros, runMicros);
    this.#deps.counted(event !== "success" && event !== "canceled", at.micros / 1000);
  }

  /** Does something that may change the status, and says so. */
  #change(cause: TransitionCause, act: () => void): void {
    const from = this.status;
    const window = this.window();
    act();
    const to = this.status;
    if (to !== from) this.#deps.changed({ from, to, cause, window });
  }
}
