import type { BalancerSpec } from "../../protocol/spec.ts";
import type { BalancerKind, CallSubject, Member } from "../contract.ts";
import { callHash } from "./call-hash.ts";
import { EnvoyBalancer } from "./envoy-balancer.ts";
import { sampled } from "./envoy-picture.ts";
import { hashedHost } from "./host-key.ts";
import { MaglevTable } from "./maglev-table.ts";
import type { Choice, HostPicker, Notes, Policy } from "./policy.ts";
import { withoutPlace } from "./ring-hash.ts";
import type { Word64 } from "./word64.ts";

/** Altered hashes that a retry tries before it goes on slot by slot. */
const ALTERED = 10;

class Maglev implements Policy {
  readonly columns = [{ title: "Slots", explanation: "Its slots in the table." }];
  readonly #size: number;
  readonly #hashOf: (subject: CallSubject) => Word64 | undefined;

  constructor({ tableSize, key }: BalancerSpec) {
    this.#size = tableSize;
    this.#hashOf = callHash(key);
  }

  hashOf(subject: CallSubject): Word64 | undefined {
    return this.#hashOf(subject);
  }

  over(hosts: readonly Member[]): HostPicker {
    return new MaglevPicker(hosts, new MaglevTable(hosts.map(hashedHost), this.#size));
  }
}

class MaglevPicker implements HostPicker {
  readonly #hosts: readonly Member[];
  readonly #table: MaglevTable;
  readonly #slots: Uint32Array;

  constructor(hosts: readonly Member[], table: MaglevTable) {
    this.#hosts = hosts;
    this.#table = table;
    this.#slots = new Uint32Array(hosts.length);
    for (const host of table.slots) this.#slots[host] = (this.#slots[host] ?? 0) + 1;
  }

  choose({ hash, tried }: Choice, notes: Notes | undefined): Member {
    for (let attempt = 0; attempt <= ALTERED; attempt++) {
      const slot = this.#table.slotOf(hash, attempt);
      const host = this.#ownerOf(slot);
      if (!host || tried.has(host.id)) continue;
      if (notes) explain(notes, host, slot, attempt);
      return host;
    }
    const { length } = this.#table.slots;
    const first = this.#table.slotOf(hash, 0);
    for (let passed = 1; passed < length; passed++) {
      const slot = (first + passed) % length;
      const host = this.#ownerOf(slot);
      if (!host || tried.has(host.id)) continue;
      if (notes) explain(notes, host, slot, ALTERED + passed);
      return host;
    }
    return withoutPlace(this.#hosts, tried, notes);
  }

  figuresOf(_host: Member, index: number): number[] {
    return [this.#slots[index] ?? 0];
  }

  idealOf(host: Member): number {
    return host.weight;
  }

  drawing(rowOf: (host: Member) => number): ReturnType<NonNullable<HostPicker["drawing"]>> {
    const rows = this.#hosts.map(rowOf);
    const { slots } = this.#table;
    const drawn = sampled(slots.length).map((slot) => rows[slots[slot] ?? 0] ?? 0);
    return { table: { size: slots.length, slots: drawn } };
  }

  #ownerOf(slot: number): Member | undefined {
    return this.#hosts[this.#table.slots[slot] ?? 0];
  }
}

function explain(notes: Notes, host: Member, slot: number, attempt: number): void {
  notes.score = "slot of the table that the call's hash falls on, its owner wins";
  notes.scores.set(host.id, slot);
  notes.reason =
    attempt === 0
      ? `The call's hash falls on slot ${String(slot)}, which is ${host.id}'s.`
      : `Those before were tried; slot ${String(slot)} is ${host.id}'s.`;
}

export const maglev: BalancerKind = {
  id: "maglev",
  explanation:
    "Envoy's Maglev, after Google's load balancer. A table of a fixed size is filled once: the instances take turns at taking a slot, each in an order of its own that comes from the hash of its address, and heavier ones take more turns. A call goes to the owner of the slot that the hash of its key falls on. Shares are almost exactly those of the weights and a pick is one look at the table, but when an instance comes or goes a few more calls move than on a ring.",
  create: (spec, deps) => new EnvoyBalancer("maglev", new Maglev(spec), spec, deps),
};
