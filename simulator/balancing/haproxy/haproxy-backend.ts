import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import type {
  AttemptEnd,
  Balancer,
  BalancerDeps,
  Beginning,
  CallSubject,
  Member,
  Pick,
  PickAsk,
  Redispatch,
  Selection,
} from "../contract.ts";
import { pictureOf } from "./backend-picture.ts";
import { BackendSelection, type CallState, type PickingBackend } from "./backend-selection.ts";
import { BackendServers } from "./backend-servers.ts";
import { connectionLimit } from "./connection-limit.ts";
import { DecisionMaker } from "./decision-maker.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";
import { hasReachedErrorLimit } from "./observer.ts";
import { Queueing } from "./queueing.ts";

/** An HAProxy backend: one of its algorithms, the servers' limits and the queues. */
export class HaproxyBackend implements Balancer, PickingBackend {
  readonly #spec: BalancerSpec;
  readonly #deps: BalancerDeps;
  readonly #lookup: Lookup;
  readonly #servers: BackendServers;
  readonly #queues: Queueing;
  readonly #decisions: DecisionMaker;
  /** Calls that neither wait nor have a connection: who picks, or has just ended. */
  #own = 1;

  constructor(spec: BalancerSpec, deps: BalancerDeps, lookup: (deps: LookupDeps) => Lookup) {
    this.#spec = spec;
    this.#deps = deps;
    const servers = new BackendServers(spec.allBackups, deps.clock);
    const { groups } = servers;
    const hasConnection = (server: HaproxyServer) => server.served < this.#limitOf(server);
    this.#lookup = lookup({
      ...deps,
      spec,
      groups,
      hasPlace: (server) => {
        const { maxQueue } = server.member.server;
        return server.served + server.waiting.length < this.#limitOf(server) + maxQueue;
      },
      hasRoom: (server) => server.waiting.length === 0 && hasConnection(server),
      served: () => servers.served,
    });
    this.#servers = servers;
    this.#queues = new Queueing({
      now: () => deps.clock.now(),
      hasConnection,
      takesAny: (server) => groups.takesPart(server),
      pickOf: (server, ask) => {
        this.#lookup.picked?.(server);
        const decision = ask.record ? this.#decisions.turn(server) : undefined;
        return { member: server.member, decision };
      },
    });
    servers.connect(this.#lookup, this.#queues);
    this.#decisions = new DecisionMaker(spec.algorithm, this.#lookup, groups, hasConnection);
  }

  update(members: readonly Member[]): void {
    this.#servers.update(members);
  }

  begin(subject: CallSubject, { tried, redispatch = false }: Beginning): Selection {
    const last = [...tried].pop();
    const server = last === undefined ? undefined : this.#servers.of(last);
    return new BackendSelection(this, subject, server, redispatch);
  }

  loadChanged({ id }: Member): void {
    const server = this.#servers.of(id);
    if (server) this.#servers.loadChanged(server);
  }

  checkPassed(instance: string): void {
    const server = this.#servers.of(instance);
    if (server) server.errors = 0;
  }

  picture(): BalancerPicture {
    this.#servers.advance();
    return pictureOf(this.#servers.ordered, {
      lookup: this.#lookup,
      groups: this.#servers.groups,
      waiting: this.#queues.waiting,
      limitOf: (server) => this.#limitOf(server),
      sixteenthsOf: (server) => this.#servers.slowStart.sixteenthsOf(server),
    });
  }

  retire(): void {
    this.#queues.retire(this.#servers.ordered);
  }

  /** A pick for a call, after `assign_server_and_queue`. */
  pick(call: CallState, ask: PickAsk): { readonly pick: Pick; readonly server?: HaproxyServer } {
    this.#servers.advance();
    const { ordered } = this.#servers;
    const scores = ask.record ? this.#decisions.scores(ordered) : undefined;
    const finding = this.#find(call, ask);
    const decide = (reason: string, winner?: HaproxyServer) => {
      const { last } = call;
      return scores && this.#decisions.decision(ordered, { scores, finding, reason, winner, last });
    };
    const { server } = finding;
    const mayGo = server && (call.keeps || this.#hasRoom(server));
    if (mayGo) {
      this.#lookup.picked?.(server);
      return {
        pick: { member: server.member, decision: decide(finding.reason(), server) },
        server,
      };
    }
    if (finding.isVain) return { pick: { member: undefined, decision: decide(finding.reason()) } };
    const { maxQueue } = server?.member.server ?? { maxQueue: 0 };
    if (server && maxQueue > 0 && server.waiting.length >= maxQueue) {
      const reason = `${server.id} is full, and ${maxQueue} wait for it: more may not.`;
      // HAProxy looks at a server's queue whenever a call for it ends, also one that is refused.
      this.#own = 0;
      this.#queues.serve(server);
      this.#own = 1;
      return { pick: { member: undefined, decision: decide(reason) } };
    }
    const place = this.#queues.join(server, ask, call.redispatch);
    const whom = server ? `${server.id} is full` : "All servers are full";
    const decision = decide(`${whom}: it waits, with ${place.ahead} before it.`);
    return { pick: { member: undefined, decision, place } };
  }

  /** An attempt at a server is over, or has found no connection. */
  ended(server: HaproxyServer, end: AttemptEnd | "unreached"): void {
    if (!hasReachedErrorLimit(server, end)) return;
    this.#deps.suspect?.(server.id, server.member.server.onError);
  }

  /** A call does not keep its connection to a server any longer. */
  released(server: HaproxyServer): void {
    this.#servers.loadChanged(server);
  }

  serverOf({ id }: Member): HaproxyServer | undefined {
    return this.#servers.of(id);
  }

  /** What `option redispatch` means for a retry after an attempt at `last`. */
  redispatch(last: HaproxyServer | undefined): Redispatch {
    const hasOthers = this.#servers.groups.active > 1;
    const isDown = last !== undefined && !this.#servers.isRunning(last);
    return {
      // Only a hash has a reason to stay.
      atOnce: isDown || (hasOthers && this.#lookup.kind !== "hash"),
      pauses: !hasOthers,
    };
  }

  #find(call: CallState, ask: PickAsk): Finding {
    const { last } = call;
    if (ask.stay && last?.present) {
      return { server: last, reason: () => `It is tried at ${last.id} once more.` };
    }
    if (this.#servers.groups.weight === 0) {
      return { server: undefined, isVain: true, reason: () => "No server is up with a weight." };
    }
    if (this.#lookup.linesUp && this.#queues.waitingForAny > 0) {
      return { server: undefined, reason: () => "Others wait already." };
    }
    return this.#lookup.find(call.subject, last);
  }

  #hasRoom(server: HaproxyServer): boolean {
    return server.waiting.length === 0 && server.served < this.#limitOf(server);
  }

  #limitOf(server: HaproxyServer): number {
    return connectionLimit(server, {
      calls: this.#servers.served + this.#queues.waiting + this.#own,
      full: this.#spec.fullConnections,
      percent: this.#servers.slowStart.percentOf(server, this.#deps.clock.now()),
    });
  }
}
