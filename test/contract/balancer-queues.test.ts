import { describe, expect, it } from "vitest";
import type { Member, Pick, QueuePlace, Selection } from "../../simulator/balancing/contract.ts";
import { balancers } from "../../simulator/balancing/index.ts";
import { balancerOfKind, callFrom } from "../support/balancer-situations.ts";
import { FRESH, membersOf, SUCCESS } from "../support/members.ts";

/** One attempt as a call makes it, counted as the view does. */
class Attempt {
  readonly pick: Pick;
  /** Whom it was given at its turn; undefined inside: nobody, a new pick is asked for. */
  turn: Pick | undefined | "waits" = "waits";
  readonly #balancer: ReturnType<typeof balancerOfKind>;
  readonly #selection: Selection;
  #member: Member | undefined;

  constructor(balancer: ReturnType<typeof balancerOfKind>, number: number) {
    this.#balancer = balancer;
    this.#selection = balancer.begin(callFrom(number), FRESH);
    this.pick = this.#selection.pick({ record: true });
    this.#take(this.pick.member);
    this.pick.place?.onTurn((turn) => {
      this.turn = turn;
      this.#take(turn?.member);
    });
  }

  get member(): Member | undefined {
    return this.#member;
  }

  get place(): QueuePlace {
    if (!this.pick.place) throw new Error("It does not wait.");
    return this.pick.place;
  }

  end(): void {
    const member = this.#member;
    if (!member) throw new Error("It is not under way.");
    this.#member = undefined;
    this.#selection.ended(member, SUCCESS);
    member.load.inFlight--;
    this.#balancer.loadChanged?.(member);
  }

  #take(member: Member | undefined): void {
    if (!member) return;
    this.#member = member;
    member.load.inFlight++;
    this.#balancer.loadChanged?.(member);
  }
}

const haproxy = balancers.filter(({ id }) => id.startsWith("haproxy-"));

describe.each(haproxy.map((kind) => [kind.id, kind] as const))("the queue of %s", (_id, kind) => {
  const limits = [{ maxConnections: 1 }, { maxConnections: 1 }];

  /** Two servers for one connection each, both taken, and so many that wait. */
  function full(waiting: number) {
    const members = membersOf([1, 1], limits);
    const balancer = balancerOfKind(kind, members);
    const running: Attempt[] = [];
    // A hash may lead several to the same server, which then wait for it.
    let number = 0;
    while (members.some(({ load }) => load.inFlight === 0)) {
      const attempt = new Attempt(balancer, (number += 7_919));
      if (attempt.member) running.push(attempt);
      else attempt.place.leave();
    }
    const queue = Array.from({ length: waiting }, (_, i) => new Attempt(balancer, 40 + i));
    return { members, balancer, running, queue };
  }

  it("has a place for each call that finds all servers full, and says so", () => {
    const { balancer, queue } = full(4);
    for (const { pick } of queue) {
      expect(pick.member).toBeUndefined();
      expect(pick.decision?.winner).toBeUndefined();
      expect(pick.decision?.reason).toMatch(/\.$/);
    }
    expect(balancer.picture().waiting).toBe(4);
    const lines = new Map<string | undefined, number[]>();
    for (const { place } of queue) {
      lines.set(place.instance, [...(lines.get(place.instance) ?? []), place.ahead]);
    }
    for (const ahead of lines.values()) expect(ahead).toEqual([...ahead.keys()]);
  });

  it("is served in its order, each by a server that became free", () => {
    const { members, balancer, running, queue } = full(4);
    let waiting = queue;
    for (let served = 0; served < 4; served++) {
      const [free] = running.splice(0, 1);
      const server = free?.member;
      free?.end();
      const next = waiting.filter(({ member }) => member !== undefined);
      const fits = ({ place }: Attempt) =>
        place.instance === undefined || place.instance === server?.id;
      const expected = waiting.find(fits);
      expect(next).toEqual(expected ? [expected] : []);
      for (const attempt of next) {
        expect(attempt.member?.id).toBe(server?.id);
        running.push(attempt);
      }
      if (!expected) break;
      waiting = waiting.filter((attempt) => attempt !== expected);
    }
    expect(balancer.picture().waiting).toBe(waiting.length);
    for (const { load } of members) expect(load.inFlight).toBeLessThanOrEqual(1);
  });

  it("passes over who has left", () => {
    const { balancer, running, queue } = full(3);
    const [first, ...others] = queue;
    first?.place.leave();
    expect(balancer.picture().waiting).toBe(2);
    for (const attempt of running) attempt.end();
    expect(first?.turn).toBe("waits");
    const served = others.filter(({ member }) => member !== undefined);
    expect(served.length).toBeGreaterThan(0);
    expect(balancer.picture().waiting).toBe(2 - served.length);
  });

  it("is let go when the balancer is replaced", () => {
    const { balancer, queue } = full(3);
    balancer.retire?.();
    expect(queue.map(({ turn }) => turn)).toEqual([undefined, undefined, undefined]);
    expect(balancer.picture().waiting).toBe(0);
  });

  it("is let go, or served by others, when the servers go away", () => {
    const { balancer, queue } = full(3);
    balancer.update(
      membersOf([1], [{ maxConnections: 9 }]).map((each) => ({ ...each, id: "svc-9" })),
    );
    for (const { turn } of queue) {
      if (turn === "waits" || turn === undefined) continue;
      expect(turn.member?.id ?? "svc-9").toBe("svc-9");
    }
    expect(balancer.picture().waiting).toBe(queue.filter(({ turn }) => turn === "waits").length);
  });
});
