import type { Member } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";

/** Sixteenths that a full weight has. */
const FULL = 16;

interface Start {
  /** Epoch ms at which the server came up; undefined while it is away. */
  upAt: number | undefined;
  /** Whole seconds of `slowstart` that count; as many as there are when it is over. */
  seconds: number;
}

/**
 * HAProxy's `slowstart`: what comes back from an absence grows from its weight's first sixteenth
 * on, one step a second. Steps are made up for when somebody asks.
 */
export class SlowStart {
  /** Servers that have been away or are growing. */
  readonly #starts = new Map<HaproxyServer, Start>();

  /** Whether the server counts as up: notes when it goes and when it comes back. */
  note(server: HaproxyServer, nowMs: number): void {
    const away = isAway(server.present, server.member);
    if (away) this.#starts.set(server, { upAt: undefined, seconds: 0 });
    if (away !== false) return;
    const start = this.#starts.get(server);
    if (start?.upAt !== undefined) return;
    if (secondsOf(server) === 0) this.#starts.delete(server);
    else if (start) start.upAt = nowMs;
  }

  /** Whether it is growing. */
  isStarting(server: HaproxyServer): boolean {
    return this.#starts.get(server)?.upAt !== undefined;
  }

  /** The sixteenths of its weight that a server has now. */
  sixteenthsOf(server: HaproxyServer): number {
    const start = this.#starts.get(server);
    if (start?.upAt === undefined) return FULL;
    const total = secondsOf(server);
    return start.seconds >= total ? FULL : Math.floor((FULL * start.seconds) / total + 1);
  }

  /** Share of its connections that a growing server may have, in percent. */
  percentOf(server: HaproxyServer, nowMs: number): number {
    const upAt = this.#starts.get(server)?.upAt;
    if (upAt === undefined) return 100;
    const elapsed = Math.floor(nowMs / 1000) - Math.floor(upAt / 1000);
    const total = secondsOf(server);
    return elapsed >= total ? 100 : Math.floor((100 * elapsed) / total);
  }

  /** Makes the steps that are due, in the order of their times. */
  advance(nowMs: number, step: (server: HaproxyServer) => void): void {
    for (;;) {
      let next: [HaproxyServer, Start] | undefined;
      let at = Infinity;
      for (const [server, start] of this.#starts) {
        if (start.upAt === undefined) continue;
        const due = start.upAt + (start.seconds + 1) * 1000;
        if (due <= nowMs && due < at) [next, at] = [[server, start], due];
      }
      if (!next) return;
      const [server, start] = next;
      start.seconds++;
      if (start.seconds >= secondsOf(server)) this.#starts.delete(server);
      step(server);
    }
  }
}

/** HAProxy counts whole seconds, a begun one as a whole. */
function secondsOf(server: HaproxyServer): number {
  return Math.ceil(server.member.server.slowStart / 1000);
}

/** Undefined: neither; HAProxy has no such state, and it does not count as an absence. */
function isAway(present: boolean, { excluded }: Member): boolean | undefined {
  if (!present) return true;
  if (excluded === "unchecked") return undefined;
  return excluded !== undefined && excluded !== "draining";
}
