import type { BalancerKind, CallSubject, Member } from "../contract.ts";
import type { BalancerSpec } from "../../protocol/spec.ts";
import { callHash } from "./call-hash.ts";
import { EnvoyBalancer } from "./envoy-balancer.ts";
import { sampled } from "./envoy-picture.ts";
import { HashRing, type RingSize } from "./hash-ring.ts";
import { hashedHost } from "./host-key.ts";
import type { Choice, HostPicker, Notes, Policy } from "./policy.ts";
import type { Word64 } from "./word64.ts";

const DEFAULT: RingSize = { minimum: 1024, maximum: 8_388_608, function: "xxhash" };

class RingHash implements Policy {
  readonly columns = [{ title: "Points", explanation: "Its points on the ring." }];
  readonly #ring: RingSize;
  readonly #hashOf: (subject: CallSubject) => Word64 | undefined;

  constructor(spec: BalancerSpec) {
    const { minimum, maximum, function: hash } = spec.ring ?? DEFAULT;
    this.#ring = { minimum: Math.min(minimum, maximum), maximum, function: hash };
    this.#hashOf = callHash(spec.key);
  }

  hashOf(subject: CallSubject): Word64 | undefined {
    return this.#hashOf(subject);
  }

  over(hosts: readonly Member[]): HostPicker {
    return new RingPicker(hosts, new HashRing(hosts.map(hashedHost), this.#ring));
  }
}

class RingPicker implements HostPicker {
  readonly #hosts: readonly Member[];
  readonly #ring: HashRing;

  constructor(hosts: readonly Member[], ring: HashRing) {
    this.#hosts = hosts;
    this.#ring = ring;
  }

  choose({ hash, tried }: Choice, notes: Notes | undefined): Member {
    const first = this.#ring.pointOf(hash);
    for (let passed = 0; passed < this.#ring.size; passed++) {
      const host = this.#hosts[this.#ring.hostAt(first + passed)];
      if (!host || tried.has(host.id)) continue;
      if (notes) this.#explain(notes, host, hash, first + passed);
      return host;
    }
    return withoutPlace(this.#hosts, tried, notes);
  }

  figuresOf(_host: Member, index: number): number[] {
    return [this.#ring.points[index] ?? 0];
  }

  idealOf(host: Member): number {
    return host.weight;
  }

  drawing(): ReturnType<NonNullable<HostPicker["drawing"]>> {
    const points = sampled(this.#ring.size).map((point) => ({
      at: this.#ring.placeOf(point),
      instance: this.#hosts[this.#ring.hostAt(point)]?.id ?? "",
    }));
    return { ring: { total: this.#ring.size, points } };
  }

  #explain(notes: Notes, host: Member, hash: Word64, point: number): void {
    const at = (hash.hi * 2 ** 21 + (hash.lo >>> 11)) / 2 ** 53;
    const place = this.#ring.placeOf(point % this.#ring.size);
    const distance = (place - at + 1) % 1;
    notes.score = "distance clockwise from the call's hash to the instance's point, lowest wins";
    notes.scores.set(host.id, distance);
    notes.reason = `The call is at ${percent(at)} of the ring; the next point clockwise, at ${percent(place)}, is ${host.id}'s.`;
  }
}

/** Hosts that found no place on a ring or in a table are there for retries only. */
export function withoutPlace(
  hosts: readonly Member[],
  tried: ReadonlySet<string>,
  notes: Notes | undefined,
): Member {
  const host = hosts.find(({ id }) => !tried.has(id)) ?? hosts[0];
  if (!host) throw new RangeError("There are no hosts.");
  if (notes) {
    notes.score = "place of its own, the first that was not tried wins";
    notes.reason = `Everyone with a place has been tried; ${host.id} has none.`;
  }
  return host;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

export const ringHash: BalancerKind = {
  id: "ring-hash",
  explanation:
    "Envoy's ring hash. Every instance stands at many points of a ring, by the hashes of its address; a call goes to the first point clockwise from the hash of its key. The same key finds the same instance as long as that one is there, and when an instance comes or goes, only the calls of its own arcs move. Arcs differ in length: the shares follow the weights only roughly, the better the more points the ring has.",
  create: (spec, deps) => new EnvoyBalancer("ring-hash", new RingHash(spec), spec, deps),
};
