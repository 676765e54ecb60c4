import type { Clock } from "../kernel/clock.ts";
import { seededRandom, type Random } from "../kernel/random.ts";
import type { BreakerState } from "../protocol/breaker-model.ts";
import type { BreakerSpec } from "../protocol/breaker-spec.ts";
import {
  MOST_SIMULATED_CALLS,
  type CommandOutcome,
  type CommandRun,
  type CommandTraffic,
} from "../protocol/command-run-model.ts";
import { EngineCircuit } from "../resilience/circuit.ts";
import { BreakerLayer } from "../resilience/layers/breaker.ts";
import { CommandTally } from "./command-tally.ts";
import { BOUNDS, PlayedCall, playedOutcome, run, type PlayedRun } from "./played-call.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** A loop without a pause would otherwise make calls without end while it is refused at once. */
const SHORTEST_TURN_MS = 1;

/**
 * Plays the traffic of one command through its breaker in virtual time, by the code of the gateway.
 * @param seed decides which runs fail, and how latencies vary
 */
export async function runCommand(
  breaker: BreakerSpec,
  traffic: CommandTraffic,
  seed = 1,
): Promise<CommandRun> {
  const play = new CommandPlay(breaker, traffic, seededRandom(seed));
  return play.run();
}

class CommandPlay {
  readonly #clock = new VirtualClock();
  readonly #traffic: CommandTraffic;
  readonly #random: Random;
  readonly #circuit: EngineCircuit;
  readonly #layer: BreakerLayer;
  readonly #tally: CommandTally;
  readonly #most: number;
  #calls = 0;
  #underWay = 0;

  constructor(breaker: BreakerSpec, traffic: CommandTraffic, random: Random) {
    this.#traffic = traffic;
    this.#random = random;
    this.#most = Math.min(traffic.calls ?? Infinity, MOST_SIMULATED_CALLS);
    this.#tally = new CommandTally(traffic.durationMs);
    const changed = (state: BreakerState) => this.#changed(state);
    this.#circuit = new EngineCircuit(breaker, { clock: this.#clock, changed });
    this.#layer = new BreakerLayer(this.#circuit, this.#clock);
    this.#tally.state(0, this.#circuit.state.status);
  }

  async run(): Promise<CommandRun> {
    const { pattern, durationMs, calls } = this.#traffic;
    if (pattern.kind === "rate") this.#arrive(1000 / pattern.perSecond);
    else for (let loop = 0; loop < pattern.loops; loop++) this.#turn(pattern.pauseMs);
    await this.#clock.runUntil(() => !this.#goesOn && this.#underWay === 0);
    this.#circuit.close();
    const early = this.#calls >= this.#most;
    const elapsedMs = early ? this.#clock.elapsed : Math.max(durationMs, this.#clock.elapsed);
    return {
      title: this.#circuit.title,
      rule: this.#circuit.rule,
      cut: early && this.#calls !== calls,
      ...this.#tally.summary(elapsedMs),
    };
  }

  /** Whether another call may begin. */
  get #goesOn(): boolean {
    return this.#calls < this.#most && this.#clock.elapsed < this.#traffic.durationMs;
  }

  #arrive(everyMs: number): void {
    if (!this.#goesOn) return;
    void this.#call();
    this.#clock.after(everyMs, () => this.#arrive(everyMs));
  }

  #turn(pauseMs: number): void {
    if (!this.#goesOn) return;
    const began = this.#clock.elapsed;
    void this.#call().then(() => {
      const took = this.#clock.elapsed - began;
      const rest = Math.max(pauseMs, SHORTEST_TURN_MS - took);
      this.#clock.after(rest, () => this.#turn(pauseMs));
    });
  }

  async #call(): Promise<void> {
    const began = this.#clock.elapsed;
    const id = (++this.#calls).toString(16).padStart(16, "0");
    this.#underWay++;
    const call = new DrawnCall(id, this.#clock, () => this.#draw());
    const { outcome } = await this.#layer.run(call, call.open(), BOUNDS, run);
    this.#underWay--;
    this.#ended(playedOutcome(outcome), began);
  }

  #ended(outcome: CommandOutcome, began: number): void {
    const now = this.#clock.elapsed;
    this.#tally.ended(outcome, now, now - began);
  }

  /** How a run that begins now goes. */
  #draw(): PlayedRun {
    const { latencyMs, spread, errorRate, failing } = this.#traffic;
    // Both are drawn each time, so that the same seed gives the same latencies at every error rate.
    const [latency, error] = [this.#random.next(), this.#random.next()];
    const now = this.#clock.elapsed;
    const fails = !failing || (now >= failing.fromMs && now < failing.toMs);
    return {
      ms: spread === "constant" ? latencyMs : -latencyMs * Math.log(1 - latency),
      ok: !(fails && error < errorRate),
    };
  }

  #changed(state: BreakerState): void {
    const at = this.#clock.elapsed;
    this.#tally.state(at, state.status);
    const newest = this.#circuit.transitions.at(-1);
    if (!newest) return;
    const beginning = this.#clock.now() - at;
    const bars = newest.window.bars.map((bar) =>
      bar.from === undefined ? bar : { ...bar, from: bar.from - beginning },
    );
    this.#tally.transition({ ...newest, at, window: { ...newest.window, bars } });
  }
}

/** A call whose run is drawn. */
class DrawnCall extends PlayedCall {
  readonly #draw: () => PlayedRun;

  constructor(id: string, clock: Clock, draw: () => PlayedRun) {
    super(id, clock);
    this.#draw = draw;
  }

  protected override draw(): PlayedRun {
    return this.#draw();
  }
}
