import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { AttemptEnd, CallSubject, Member } from "../contract.ts";
import type { Word64 } from "./word64.ts";

/** One pick among the hosts of a priority. */
export interface Choice {
  /** Not to be picked; at least one host is not among them. */
  readonly tried: ReadonlySet<string>;
  /** Of the call, or of chance where it has none. */
  readonly hash: Word64;
  readonly now: number;
}

/** What a recorded pick says of itself. */
export interface Notes {
  /** What the figures mean and which wins. */
  score: string;
  /** One sentence: why the winner won. */
  reason: string;
  /** The figures of the hosts that were looked at, by their ids. */
  readonly scores: Map<string, number>;
}

/** What an algorithm makes of the hosts of one priority; made anew whenever they change. */
export interface HostPicker {
  /** One of the hosts; fills in the notes when there are any. */
  choose(choice: Choice, notes: Notes | undefined): Member;
  /** The figures of a host, in the order of the policy's columns. */
  figuresOf(host: Member, index: number, now: number): (number | null)[];
  /** Its share of the priority's calls if all cost the same, as a weight. */
  idealOf(host: Member, now: number): number;
  /** Its ring or its table; `rowOf` gives the row of a host. */
  drawing?(rowOf: (host: Member) => number): Pick<BalancerPicture, "ring" | "table">;
}

/** One algorithm behind Envoy's hosts: priorities, health and panic are not its concern. */
export interface Policy {
  readonly columns: BalancerPicture["columns"];
  /** The hash of a call; undefined: it has none, chance decides. */
  hashOf?(subject: CallSubject): Word64 | undefined;
  /** Whether what is made of the hosts depends on when: it is made with the change then. */
  readonly isTimed?: boolean;
  /** `hosts` is not empty. */
  over(hosts: readonly Member[], now: number): HostPicker;
  /** The hosts from now on, and those of them that are healthy. */
  keep?(hosts: ReadonlySet<string>, healthy: ReadonlySet<string>, now: number): void;
  ended?(member: Member, end: AttemptEnd, now: number): void;
}
