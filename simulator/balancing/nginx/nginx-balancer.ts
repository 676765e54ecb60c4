import type { BalancerPicture } from "../../protocol/balancer-model.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import type {
  Balancer,
  BalancerDeps,
  Beginning,
  CallSubject,
  Member,
  Selection,
} from "../contract.ts";
import { poolPicture } from "./pool-picture.ts";
import { Pool } from "./pool.ts";
import { PlainRound, type Round } from "./round.ts";

/** What is the same of all of nginx's algorithms: the servers and what is remembered of them. */
export class NginxBalancer implements Balancer {
  readonly #pool: Pool;
  readonly #begin: (pool: Pool, subject: CallSubject, beginning: Beginning) => Selection;
  readonly #picture: (pool: Pool) => BalancerPicture;

  constructor(
    spec: BalancerSpec,
    deps: BalancerDeps,
    begin: (pool: Pool, subject: CallSubject, beginning: Beginning) => Selection,
    of: { round?: () => Round; picture?: (pool: Pool) => BalancerPicture } = {},
  ) {
    const { round = () => new PlainRound(), picture = poolPicture } = of;
    this.#pool = new Pool(spec, deps.clock, round);
    this.#begin = begin;
    this.#picture = picture;
  }

  update(members: readonly Member[]): void {
    this.#pool.update(members);
  }

  begin(subject: CallSubject, beginning: Beginning): Selection {
    return this.#begin(this.#pool, subject, beginning);
  }

  loadChanged(member: Member): void {
    this.#pool.loadChanged(member);
  }

  picture(): BalancerPicture {
    return this.#picture(this.#pool);
  }
}
