import { NetflixEngine } from "../../simulator/resilience/breakers/hystrix/engine.ts";
import type { Engine, Permit, PermitEnd } from "../../simulator/resilience/breakers/contract.ts";
import type { HystrixTimeline, TimelineEvent } from "./hystrix-java-timeline.ts";
import { specOf } from "./hystrix-java-timeline.ts";
import { StepClock } from "./step-clock.ts";

type Start = Extract<TimelineEvent, { do: "start" }>;

interface Call {
  readonly id: number;
  readonly start: Start;
  permit?: Permit;
  end?: PermitEnd;
  begun: boolean;
  finished: boolean;
  toldBegun: boolean;
  toldEnd: boolean;
}

const COUNTED = [
  "Success",
  "Failure",
  "Timeout",
  "ShortCircuited",
  "ThreadPoolRejected",
  "SemaphoreRejected",
  "FallbackSuccess",
  "FallbackFailure",
  "FallbackRejection",
  "FallbackMissing",
  "ExceptionsThrown",
];
const RANKS = ["mean", "0", "25", "50", "75", "90", "95", "99", "99.5", "100"];

/**
 * Plays a timeline through our engine as `Timeline.java` plays it through the real library: the
 * same lines for the same behaviour, and the same order of what happens at one millisecond.
 */
export async function playOurs(timeline: HystrixTimeline): Promise<string[]> {
  return new Player(timeline).play();
}

class Player {
  readonly #timeline: HystrixTimeline;
  readonly #clock = new StepClock();
  readonly #engine: Engine;
  readonly #is1518: boolean;
  readonly #due: { at: number; rank: number; order: number; run: () => void }[] = [];
  readonly #timeouts: { at: number; run: () => void }[] = [];
  readonly #calls: Call[] = [];
  readonly #lines: string[] = [];
  #order = 0;

  constructor(timeline: HystrixTimeline) {
    const spec = specOf(timeline);
    this.#timeline = timeline;
    this.#is1518 = spec.release === "1.5.18";
    const nothing = () => undefined;
    this.#engine = new NetflixEngine(spec, {
      clock: this.#clock,
      changed: nothing,
      counted: nothing,
    });
  }

  async play(): Promise<string[]> {
    for (const event of this.#timeline.events) this.#read(event);
    for (;;) {
      this.#due.sort((a, b) => a.at - b.at || a.rank - b.rank || a.order - b.order);
      this.#timeouts.sort((a, b) => a.at - b.at);
      const [due] = this.#due;
      const [timeout] = this.#timeouts;
      if (!due) break;
      // A timeout may let something begin that is due before the next one here.
      const next = timeout && timeout.at <= due.at ? this.#timeouts.shift() : this.#due.shift();
      if (!next) break;
      this.#clock.advanceTo(next.at);
      next.run();
      await this.#tell();
    }
    this.#engine.close();
    return this.#lines;
  }

  #read(event: TimelineEvent): void {
    if (event.do === "look") {
      this.#later(event.t, 2, () => this.#lines.push(this.#look(event.t)));
    } else if (event.do === "force") {
      this.#later(event.t, 2, () => this.#engine.force(event.mode));
    } else {
      const id = this.#calls.length;
      const call: Call = {
        id,
        start: event,
        begun: false,
        finished: false,
        toldBegun: false,
        toldEnd: false,
      };
      this.#calls.push(call);
      this.#later(event.t, 2, () => this.#start(call));
      if (event.cancelMs === undefined) return;
      this.#later(event.t + event.cancelMs, 0, () => this.#end(call, "canceled"));
    }
  }

  #later(at: number, rank: number, run: () => void): void {
    this.#due.push({ at, rank, order: this.#order++, run });
  }

  #start(call: Call): void {
    const admission = this.#engine.admit();
    const head = `start ${String(call.start.t)} ${String(call.id)}`;
    if (admission.kind !== "admitted") {
      const outcome = admission.kind === "refused" ? admission.outcome : admission.kind;
      this.#fallBack();
      this.#lines.push(`${head} ${outcome} ${this.#status()}`);
      return;
    }
    const { permit } = admission;
    call.permit = permit;
    if (permit.limit) {
      const run = () => this.#end(call, "timeout");
      this.#timeouts.push({ at: this.#clock.elapsed + permit.limit.ms, run });
    }
    if (permit.turn) void permit.turn.then(() => (call.begun = true));
    else {
      call.begun = true;
      this.#began(call);
    }
    this.#lines.push(`${head} ${call.begun ? "runs" : "waits"} ${this.#status()}`);
  }

  #began(call: Call): void {
    call.toldBegun = true;
    this.#later(this.#clock.elapsed + call.start.ms, 1, () => {
      this.#end(call, call.start.ok ? "success" : "failure");
      this.#finish(call);
    });
  }

  #end(call: Call, end: PermitEnd): void {
    const { permit } = call;
    if (!permit || call.end) return;
    call.end = end;
    permit.ended(end);
    if (end === "failure" || end === "timeout") this.#fallBack();
    // A thread is free at once when it is interrupted, or was never taken.
    if ((end === "timeout" && permit.limit?.cancels) || !call.begun) this.#finish(call);
  }

  #finish(call: Call): void {
    if (call.finished) return;
    call.finished = true;
    call.permit?.finished();
  }

  #fallBack(): void {
    if (this.#timeline.fallback === "none") return;
    this.#engine.fallback?.()?.ended(this.#timeline.fallback === "ok");
  }

  async #tell(): Promise<void> {
    // Whose turn has come hears of it by then.
    await new Promise((resolve) => setImmediate(resolve));
    const now = String(this.#clock.elapsed);
    for (const call of this.#calls.filter(({ end, toldEnd }) => end && !toldEnd)) {
      call.toldEnd = true;
      this.#lines.push(`end ${now} ${String(call.id)} ${call.end ?? ""} ${this.#status()}`);
    }
    for (const call of this.#calls.filter(({ begun, toldBegun }) => begun && !toldBegun)) {
      this.#lines.push(`begin ${now} ${String(call.id)}`);
      this.#began(call);
    }
  }

  #status(): string {
    const { status } = this.#engine;
    // What is shown as half-open is an open circuit to 1.5.18.
    return this.#is1518 && status === "half-open" ? "open" : status;
  }

  #look(t: number): string {
    const metrics = this.#engine.metrics?.();
    if (!metrics) throw new Error("The engine has no metrics.");
    const { pool, rollingCounts, latencyExecute, latencyTotal } = metrics;
    const words = [
      ["look", t, this.#status()],
      ["health", metrics.requestCount, metrics.errorCount, metrics.errorPercentage],
      ["counts", ...COUNTED.map((name) => rollingCounts[name])],
      ["execute", ...RANKS.map((rank) => latencyExecute[rank])],
      ["total", ...RANKS.map((rank) => latencyTotal[rank])],
      ["concurrent", metrics.concurrent, metrics.rollingMaxConcurrent],
      ["pool", pool.active, pool.rollingMaxActive, pool.rollingExecuted, pool.rollingRejected],
      [pool.completed, pool.size, pool.largest, pool.queued],
    ];
    return words.flat().join(" ");
  }
}
