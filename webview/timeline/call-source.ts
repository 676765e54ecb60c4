import type { CallTrace } from "../../simulator/protocol/model.ts";
import { Poll } from "../inspector/poll.ts";
import type { Desk, Moment } from "../part.ts";
import { FAILED_OUTCOMES, rowOf, type Row } from "./rows.ts";

const EVERY_MS = 1500;
const LIMIT = 200;

/**
 * The calls that the timeline draws: those that came with the facts and, under a filter, those
 * that the simulator still knows of.
 */
export class CallSource {
  readonly #desk: Desk;
  #poll: Poll<CallTrace[]> | undefined;
  #filter = "";
  #last: readonly CallTrace[] | undefined;
  /** Changes with every new answer of the simulator. */
  version = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  get problem(): string | undefined {
    return this.#poll?.problem;
  }

  /** Call while the timeline is looked at. */
  tick({ view, paused, snapshot }: Moment): void {
    const filter = `${view.filter} ${view.filterService ?? ""} ${snapshot.name}`;
    if (filter !== this.#filter) {
      this.#filter = filter;
      this.#poll = this.#pollFor(view.filter, view.filterService);
    }
    if (!paused && snapshot.phase === "running") this.#poll?.tick();
    if (this.#poll?.value !== this.#last) {
      this.#last = this.#poll?.value;
      this.version++;
    }
  }

  calls({ snapshot }: Moment): readonly CallTrace[] {
    const found = this.#poll?.value;
    if (!found) return snapshot.calls;
    const live = new Set(snapshot.calls.map((call) => call.id));
    return [...found.filter((call) => !live.has(call.id)), ...snapshot.calls];
  }

  /** The same rows with what has happened to their calls meanwhile. */
  refreshed(rows: readonly Row[], moment: Moment): readonly Row[] {
    if (rows.every((row) => row.call.endedAt !== undefined)) return rows;
    const calls = this.calls(moment);
    const byId = new Map(calls.map((call) => [call.id, call]));
    const children = Map.groupBy(calls, (call) => call.parent ?? "");
    return rows.map((row) => {
      const call = row.call.endedAt === undefined ? byId.get(row.call.id) : undefined;
      return call ? rowOf(call, children, moment.now) : row;
    });
  }

  #pollFor(
    filter: Moment["view"]["filter"],
    service: string | undefined,
  ): Poll<CallTrace[]> | undefined {
    if (filter === "all" && service === undefined) return undefined;
    const { client, redraw } = this.#desk;
    const ask = async () => {
      const { calls } = await client.request("findCalls", {
        ...(service !== undefined && { service }),
        ...(filter === "retried" && { retried: true }),
        ...(filter === "fallback" && { outcomes: ["fallback" as const] }),
        ...(filter === "failed" && { outcomes: [...FAILED_OUTCOMES] }),
        limit: LIMIT,
      });
      return calls;
    };
    return new Poll(EVERY_MS, ask, redraw);
  }
}
