import { describe, expect, it } from "vitest";
import type { Pick, QueuePlace, Selection } from "../../simulator/balancing/contract.ts";
import { ServiceView } from "../../simulator/balancing/service-view.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Balancer, type BalancerFile } from "../../simulator/protocol/spec.ts";
import { REFUSED, SetClock, subjectOf, SUCCESS } from "../support/members.ts";

/** A view of servers `s-1`, `s-2`, … of a backend. */
function viewOn(file: BalancerFile): { view: ServiceView; clock: SetClock } {
  const clock = new SetClock(1_000_000);
  const view = new ServiceView(Balancer.parse(file), { random: seededRandom(1), clock });
  file.servers?.forEach(({ weight = 1 }, slot) => {
    const id = `s-${slot + 1}`;
    view.put({ id, host: "127.0.0.1", port: 1 + slot, weight, slot });
    view.setHealth(id, "passing");
  });
  return { view, clock };
}

class Call {
  readonly selection: Selection;
  readonly place: QueuePlace | undefined;
  pick: Pick | undefined;

  constructor(view: ServiceView, stay = false, selection?: Selection) {
    this.selection =
      selection ?? view.begin(subjectOf(), { tried: new Set(), reuse: true, redispatch: false });
    const pick = this.selection.pick({ record: true, stay });
    this.place = pick.place;
    if (pick.place) pick.place.onTurn((turn) => (this.pick = turn));
    else this.pick = pick;
  }

  get at(): string | undefined {
    return this.pick?.member?.id;
  }

  end(end = SUCCESS): void {
    if (this.pick?.member) this.selection.ended(this.pick.member, end);
  }
}

const one: BalancerFile = {
  algorithm: "haproxy-roundrobin",
  servers: [{ maxConnections: 1 }],
};

describe("queues", () => {
  it("serve all in the order in which they came", () => {
    const { view } = viewOn(one);
    const calls = Array.from({ length: 6 }, () => new Call(view));
    expect(calls.map(({ at }) => at)).toEqual(["s-1", ...Array<undefined>(5)]);
    expect(calls.map(({ place }) => place?.ahead)).toEqual([undefined, 0, 1, 2, 3, 4]);
    for (const [i, call] of calls.entries()) {
      expect(view.picture().waiting).toBe(5 - i);
      expect(calls.filter(({ at }) => at !== undefined)).toHaveLength(i + 1);
      call.end();
    }
  });

  it("let one leave before its turn", () => {
    const { view } = viewOn(one);
    const [first, second, third] = [new Call(view), new Call(view), new Call(view)];
    second.place?.leave();
    first.end();
    expect([second.at, third.at]).toEqual([undefined, "s-1"]);
    expect(view.picture().waiting).toBe(0);
  });

  it("send everyone to the new balancer when theirs is replaced", () => {
    const { view } = viewOn(one);
    const [first, second] = [new Call(view), new Call(view)];
    view.configure(Balancer.parse({ ...one, servers: [{ maxConnections: 2 }] }));
    expect([first.at, second.at]).toEqual(["s-1", "s-1"]);
  });

  it("keep the connection of a call that pauses before it tries there again", () => {
    const { view } = viewOn(one);
    const [first, second] = [new Call(view), new Call(view)];
    first.end({ ...REFUSED, stay: true });
    expect(second.at).toBeUndefined();
    const again = new Call(view, true, first.selection);
    expect(again.at).toBe("s-1");
    again.end();
    expect(second.at).toBe("s-1");
  });

  it("give it back when that call is over without another attempt", () => {
    const { view } = viewOn(one);
    const [first, second] = [new Call(view), new Call(view)];
    first.end({ ...REFUSED, stay: true });
    first.selection.over?.();
    expect(second.at).toBe("s-1");
  });

  it("tell those who may leave when their server goes down; the others wait on", () => {
    const file: BalancerFile = {
      algorithm: "haproxy-uri",
      servers: [{ maxConnections: 1 }, { maxConnections: 1 }],
    };
    const { view } = viewOn(file);
    const first = new Call(view);
    const begin = (redispatch: boolean) =>
      view.begin(subjectOf(), { tried: new Set(), reuse: true, redispatch });
    const stays = new Call(view, false, begin(false));
    const leaves = new Call(view, false, begin(true));
    expect(stays.place?.instance).toBe(first.at);
    view.override(first.at ?? "", { admin: "down" });
    expect(leaves.at).toMatch(/^s-/);
    expect(leaves.at).not.toBe(first.at);
    expect(stays.at).toBeUndefined();
    first.end();
    expect(stays.at).toBe(first.at);
  });

  it("do so also when it had lost its weight before; and tell all when it leaves for good", () => {
    const { view } = viewOn({
      algorithm: "haproxy-source",
      hash: { type: "consistent" },
      servers: [{ maxConnections: 1 }],
    });
    const begin = (redispatch: boolean) => {
      const beginning = { tried: new Set<string>(), reuse: true, redispatch };
      return new Call(view, false, view.begin(subjectOf(), beginning));
    };
    const [running, leaving, waiting] = [begin(true), begin(true), begin(false)];
    view.override("s-1", { weight: 0 });
    expect(view.picture().waiting).toBe(2);
    view.override("s-1", { weight: 0, admin: "down" });
    expect(view.picture().waiting).toBe(1);
    expect(leaving.pick).toMatchObject({ member: undefined });
    expect(waiting.pick).toBeUndefined();
    view.remove("s-1");
    expect(waiting.pick).toMatchObject({ member: undefined });
    expect(view.picture().waiting).toBe(0);
    running.end();
  });

  it("refuse who comes to a full queue, and say so", () => {
    const file: BalancerFile = {
      algorithm: "haproxy-source",
      servers: [{ maxConnections: 1, maxQueue: 1 }],
    };
    const { view } = viewOn(file);
    new Call(view);
    new Call(view);
    const third = new Call(view);
    expect(third.place).toBeUndefined();
    expect(third.pick?.decision?.reason).toBe("s-1 is full, and 1 wait for it: more may not.");
  });
});

describe("limits", () => {
  it("grow from minconn to maxconn with the calls in the backend", () => {
    const file: BalancerFile = {
      algorithm: "haproxy-leastconn",
      version: "2.6",
      fullConnections: 8,
      servers: [{ maxConnections: 4, minConnections: 1 }],
    };
    const { view } = viewOn(file);
    const limits = Array.from({ length: 10 }, () => {
      new Call(view);
      return view.picture().rows[0]?.figures[2];
    });
    // The next call counts too: min(4, max(1, calls × 4 / 8)).
    expect(limits).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 4, 4]);
  });

  it("start slowly after an absence, in whole seconds", () => {
    const file: BalancerFile = {
      algorithm: "haproxy-roundrobin",
      servers: [{ maxConnections: 10, weight: 4, slowStart: "4s" }],
    };
    const { view, clock } = viewOn(file);
    const shown = () => {
      const [row] = view.picture().rows;
      return [row?.figures[0], row?.figures[2]];
    };
    new Call(view).end();
    expect(shown()).toEqual([64, 10]);
    view.setHealth("s-1", "failing");
    view.setHealth("s-1", "passing");
    const seconds = Array.from({ length: 5 }, (_, second) => {
      clock.set(1_000_000 + second * 1000);
      return shown();
    });
    expect(seconds).toEqual([
      [4, 1],
      [20, 2],
      [36, 5],
      [52, 7],
      [64, 10],
    ]);
  });
});
