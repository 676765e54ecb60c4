import type { Pick, PickAsk, QueuePlace } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import { WaitingLine, type Waiter } from "./waiting-line.ts";

/** What the queues need of the backend. */
export interface QueueDeps {
  now(): number;
  /** Whether a server has a connection free, whoever waits. */
  hasConnection(server: HaproxyServer): boolean;
  /** Whether a server takes from those who wait for any. */
  takesAny(server: HaproxyServer): boolean;
  /** The pick of one whose turn it is. */
  pickOf(server: HaproxyServer, ask: PickAsk): Pick;
}

/**
 * HAProxy's queues: one for each server and one for the whole backend. A free connection goes to
 * whoever came first, to the server's own queue among equals.
 */
export class Queueing {
  readonly #deps: QueueDeps;
  readonly #any = new WaitingLine();
  readonly #todo = new Set<HaproxyServer>();
  #isServing = false;
  #waiting = 0;

  constructor(deps: QueueDeps) {
    this.#deps = deps;
  }

  /** How many wait, in all queues. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many wait for any server. */
  get waitingForAny(): number {
    return this.#any.length;
  }

  /** A place behind all others; `server` undefined: for any of them. */
  join(server: HaproxyServer | undefined, ask: PickAsk, redispatch: boolean): QueuePlace {
    const line = server?.waiting ?? this.#any;
    const ahead = line.length;
    const since = Math.floor(this.#deps.now());
    const waiter: Waiter = { since, ask, redispatch, take: undefined };
    line.join(waiter);
    this.#waiting++;
    return {
      ahead,
      instance: server?.id,
      onTurn: (take) => {
        waiter.take = take;
      },
      leave: () => {
        if (line.leave(waiter)) this.#waiting--;
      },
    };
  }

  /** A server came up: its free connections go to those who wait for any. */
  serveAny(server: HaproxyServer): void {
    while (this.#deps.takesAny(server) && this.#deps.hasConnection(server)) {
      const waiter = this.#any.first;
      if (!waiter) return;
      this.#give(waiter, this.#any, server);
    }
  }

  /** Gives a server's free connections away. Called from within a turn, it is done after it. */
  serve(server: HaproxyServer): void {
    if (this.#waiting === 0) return;
    this.#todo.add(server);
    if (this.#isServing) return;
    this.#isServing = true;
    try {
      for (const next of this.#todo) {
        this.#todo.delete(next);
        this.#serveOne(next);
      }
    } finally {
      this.#isServing = false;
    }
  }

  /** A server is gone: those who wait for it and may go elsewhere pick anew. */
  redistribute(server: HaproxyServer, all: boolean): void {
    const leaving = server.waiting.takeOut((waiter) => all || waiter.redispatch);
    this.#waiting -= leaving.length;
    for (const { take } of leaving) take?.(undefined);
  }

  /** Everyone has to pick anew. */
  retire(servers: Iterable<HaproxyServer>): void {
    const everyone = [this.#any, ...[...servers].map(({ waiting }) => waiting)].flatMap((line) =>
      line.takeOut(() => true),
    );
    this.#waiting = 0;
    for (const { take } of everyone) take?.(undefined);
  }

  #serveOne(server: HaproxyServer): void {
    while (this.#deps.hasConnection(server)) {
      const own = server.waiting.first;
      const any = this.#deps.takesAny(server) ? this.#any.first : undefined;
      const isOwn = own && (!any || own.since <= any.since);
      const waiter = isOwn ? own : any;
      if (!waiter) return;
      this.#give(waiter, isOwn ? server.waiting : this.#any, server);
    }
  }

  #give(waiter: Waiter, line: WaitingLine, server: HaproxyServer): void {
    line.leave(waiter);
    this.#waiting--;
    waiter.take?.(this.#deps.pickOf(server, waiter.ask));
  }
}
