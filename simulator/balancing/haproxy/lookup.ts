import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import type { BalancerDeps, CallSubject } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { ServerGroups } from "./server-groups.ts";

/** HAProxy's three kinds of algorithms: by turns, by connections, by a hash. */
export type LookupKind = "turns" | "connections" | "hash";

/** What a lookup needs to know of the backend. */
export interface LookupDeps extends BalancerDeps {
  readonly spec: BalancerSpec;
  readonly groups: ServerGroups;
  /** Whether a server has a connection for one more attempt, or a place in a limited queue. */
  readonly hasPlace: (server: HaproxyServer) => boolean;
  /** Whether a server has a connection for one more attempt, and nobody waits for it. */
  readonly hasRoom: (server: HaproxyServer) => boolean;
  /** Attempts under way at all servers. */
  readonly served: () => number;
}

/** Why the looked up server won, and what its figures were. */
export interface Finding {
  readonly server: HaproxyServer | undefined;
  /** There is none, and none to wait for. */
  readonly isVain?: boolean;
  /** One sentence in plain words; used when there is a server, or when it was in vain. */
  readonly reason: () => string;
  /** The winner's figure before it won, where the pick changes it. */
  readonly winnerScore?: number | undefined;
  /** The figures, where only the pick knows whom it looked at. */
  readonly scores?: ReadonlyMap<HaproxyServer, number>;
}

/**
 * One of HAProxy's ways to look up a server. The backend tells it of each server's changes one
 * after the other, after the groups have counted them.
 */
export interface Lookup {
  readonly kind: LookupKind;
  /** Weights are in sixteenths, so that they can grow slowly. */
  readonly dynamic: boolean;
  /** Whether new calls line up behind those that wait for any server. */
  readonly linesUp: boolean;
  /** What {@link scoreOf} means, as a decision says it. */
  readonly score: string;
  /** Begins with the servers as they are, in the order of their numbers. */
  begin(servers: readonly HaproxyServer[]): void;
  /** It has become usable. */
  added(server: HaproxyServer): void;
  /** It is no longer usable. */
  removed(server: HaproxyServer, before: number): void;
  /** It stays usable with another weight. */
  reweighed(server: HaproxyServer, before: number): void;
  /** Its attempts became more or fewer. */
  loadChanged?(server: HaproxyServer): void;
  /** A pick went to it. */
  picked?(server: HaproxyServer): void;
  /** Looks up a server, `avoid` only if there is no other; never called without a usable one. */
  find(subject: CallSubject, avoid: HaproxyServer | undefined): Finding;
  scoreOf(server: HaproxyServer): number | undefined;
  /** What is special in its picture. */
  picture?(): Pick<BalancerPicture, "ring" | "table">;
  /** Its own column of the picture. */
  readonly column?: { readonly title: string; readonly explanation: string };
}
