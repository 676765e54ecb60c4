import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";

/** What can be wrong: the program does not run, or it lacks the algorithm. */
export type PlaneProblem = "program" | "algorithm";

/** Says what is wrong with a program, and when it is mended. */
export class PlaneProblems {
  readonly #program: string;
  readonly #service: string;
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #open = new Map<PlaneProblem, string>();

  constructor(program: string, service: string, deps: { log: EventLog; clock: Clock }) {
    this.#program = program;
    this.#service = service;
    this.#log = deps.log;
    this.#clock = deps.clock;
  }

  found(what: PlaneProblem, severity: "error" | "warning", message: string): void {
    if (this.#open.get(what) === message) return;
    this.#open.set(what, message);
    const [key, service, at] = [this.#keyOf(what), this.#service, this.#clock.now()];
    const problem = { key, severity, message, service, at };
    this.#log.append({ kind: "problem-found", problem });
  }

  solved(what: PlaneProblem): void {
    if (!this.#open.delete(what)) return;
    this.#log.append({ kind: "problem-solved", key: this.#keyOf(what) });
  }

  #keyOf(what: PlaneProblem): string {
    return `service:${this.#service}:${this.#program}:${what}`;
  }
}
