import { createHash } from "node:crypto";
import type { Header } from "../messages.ts";

/** The version of etcd that this server behaves like. */
export const ETCD_VERSION = "3.4.23";

/** A full header, as answers carry it. 64-bit integers as decimal text or number. */
export interface FullHeader extends Header {
  readonly cluster_id: string;
  readonly member_id: string;
  readonly raft_term: number;
}

/** Who answers: a cluster of one member, known by its address. */
export interface Identity {
  readonly clusterId: string;
  readonly memberId: string;
  readonly raftTerm: number;
}

/** Ids that stay the same for the same address. */
export function identityOf(address: string): Identity {
  const hash = createHash("sha256").update(address).digest();
  return {
    clusterId: hash.readBigUInt64BE(0).toString(),
    memberId: hash.readBigUInt64BE(8).toString(),
    // The term of a member that has just elected itself.
    raftTerm: 2,
  };
}

export function fullHeader(identity: Identity, revision: number): FullHeader {
  return {
    cluster_id: identity.clusterId,
    member_id: identity.memberId,
    revision,
    raft_term: identity.raftTerm,
  };
}
