import type { Candidate, Decision } from "../../protocol/model.ts";
import type { BalancerId } from "../../protocol/spec.ts";
import { candidatesOf, MOST_CANDIDATES, type Judgement } from "../candidates.ts";
import type { Member } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Finding, Lookup } from "./lookup.ts";
import type { ServerGroups } from "./server-groups.ts";

/** The algorithm's figures before a pick. */
export type Scores = ReadonlyMap<string, number | undefined>;

/** What is known of one pick. */
export interface Verdict {
  readonly scores: Scores;
  readonly finding: Finding;
  readonly reason: string;
  readonly winner: HaproxyServer | undefined;
  /** Who was to be avoided. */
  readonly last: HaproxyServer | undefined;
}

/** Says of a pick who could have won it, and why the winner did. */
export class DecisionMaker {
  readonly #algorithm: BalancerId;
  readonly #lookup: Lookup;
  readonly #groups: ServerGroups;
  readonly #hasConnection: (server: HaproxyServer) => boolean;

  constructor(
    algorithm: BalancerId,
    lookup: Lookup,
    groups: ServerGroups,
    hasConnection: (server: HaproxyServer) => boolean,
  ) {
    this.#algorithm = algorithm;
    this.#lookup = lookup;
    this.#groups = groups;
    this.#hasConnection = hasConnection;
  }

  /** The figures of those that a record lists, taken before the algorithm changes them. */
  scores(servers: readonly HaproxyServer[]): Scores {
    const scores = new Map<string, number | undefined>();
    for (const server of servers) {
      if (scores.size >= MOST_CANDIDATES) break;
      if (server.present) scores.set(server.id, this.#lookup.scoreOf(server));
    }
    return scores;
  }

  decision(servers: readonly HaproxyServer[], verdict: Verdict): Decision {
    const { winner, reason } = verdict;
    return {
      algorithm: this.#algorithm,
      score: this.#lookup.score,
      candidates: this.#candidates(servers, verdict),
      ...(winner && { winner: winner.id }),
      reason,
    };
  }

  /** The record of one that waited: nobody else could have won its turn. */
  turn({ member, served }: HaproxyServer): Decision {
    const { id: instance, weight } = member;
    return {
      algorithm: this.#algorithm,
      score: this.#lookup.score,
      candidates: [{ instance, weight, inFlight: member.load.inFlight }],
      winner: instance,
      reason: `${instance} had a connection free for the first that waited; ${served} are in flight.`,
    };
  }

  #candidates(servers: readonly HaproxyServer[], verdict: Verdict): Candidate[] {
    const of = new Map<Member, HaproxyServer>();
    // Only those that are listed, for there may be thousands.
    for (const server of servers) {
      if (of.size >= MOST_CANDIDATES) break;
      if (server.present) of.set(server.member, server);
    }
    if (verdict.winner) of.set(verdict.winner.member, verdict.winner);
    const judge = (member: Member): Judgement => {
      const server = of.get(member);
      if (!server || member.excluded !== undefined) return {};
      if (server === verdict.winner) return { score: this.#scoreOf(server, verdict) };
      const excluded = this.#exclusionOf(server, verdict);
      return excluded ? { excluded } : { score: this.#scoreOf(server, verdict) };
    };
    return candidatesOf([...of.keys()], judge, verdict.winner?.member);
  }

  #scoreOf(server: HaproxyServer, { scores, finding, winner }: Verdict): number | undefined {
    if (finding.scores) return finding.scores.get(server);
    return scores.get(server.id) ?? (server === winner ? finding.winnerScore : undefined);
  }

  #exclusionOf(server: HaproxyServer, { last }: Verdict): Judgement["excluded"] {
    if (server.effective === 0) return "no-weight";
    if (!this.#groups.takesPart(server)) return "backup";
    // A key's server is the key's server, busy or not.
    if (this.#lookup.kind === "hash") return undefined;
    if (server === last) return "tried";
    return this.#hasConnection(server) ? undefined : "full";
  }
}
