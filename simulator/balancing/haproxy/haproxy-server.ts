import type { Member } from "../contract.ts";
import { WaitingLine } from "./waiting-line.ts";

/** One server of a backend with what HAProxy keeps of it. */
export class HaproxyServer {
  readonly id: string;
  /** Its place among the `server` lines, from 1. */
  readonly place: number;
  /** HAProxy's numeric id, `puid`. */
  number: number;
  /** Who waits for this server and no other. */
  readonly waiting = new WaitingLine();
  /** As the view last named it. */
  member: Member;
  /** Whether the view still names it. */
  present = true;
  /** The weight that its share of the calls follows now: HAProxy's `eweight`. */
  effective = 0;
  /** Whether calls may be balanced to it: up, with a weight. */
  usable = false;
  /** Whether it is down or drained, whatever its weight. */
  out = false;
  /** Connections that calls keep while they pause before a retry at it. */
  held = 0;
  /** What of {@link served} the backend's sum holds. */
  counted = 0;
  /** Weights of the usable servers before it, as they were at the start. */
  weightBefore = 0;
  /** Failed calls in a row, for `observe`. */
  errors = 0;

  constructor(member: Member, place: number) {
    this.member = member;
    this.id = member.id;
    this.place = place;
    this.number = place;
  }

  /** Attempts that have a connection. */
  get served(): number {
    return this.member.load.inFlight + this.held;
  }

  get isBackup(): boolean {
    return this.member.server.backup;
  }
}
