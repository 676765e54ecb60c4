import type { AttemptResult } from "../../simulator/call/contract.ts";
import type { CallSubject, Member, Selection } from "../../simulator/balancing/contract.ts";
import { ServiceView } from "../../simulator/balancing/service-view.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Balancer } from "../../simulator/protocol/spec.ts";
import { haproxyRetry } from "../../simulator/resilience/retry-rules/haproxy.ts";
import { balancerFile, retryOf, type BackendCase } from "./haproxy-case.ts";
import { SetClock } from "./members.ts";
import type { Mood } from "./moody-upstream.ts";

/** What became of one call, in what HAProxy's counters and our picks both tell. */
export interface CallRecord {
  readonly status: number;
  /** Numbers of the upstreams that saw it, in order. */
  readonly arrivals: number[];
  /** Picks by server that were not the server before. */
  readonly picks: Record<string, number>;
  /** Connections tried again at the same server and at another, by the server before. */
  readonly retried: Record<string, number>;
  readonly redispatched: Record<string, number>;
}

/** Our HAProxy backend with a clock that stands still. */
export class OurBackend {
  readonly clock = new SetClock(1_000_000);
  readonly view: ServiceView;
  readonly #of: BackendCase;

  constructor(of: BackendCase) {
    this.#of = of;
    const deps = { random: seededRandom(1), clock: this.clock };
    this.view = new ServiceView(Balancer.parse(balancerFile(of)), deps);
    of.servers.forEach(({ weight }, slot) => {
      const id = `s-${String(slot + 1)}`;
      this.view.put({ id, host: "127.0.0.1", port: 1 + slot, weight, slot });
      this.view.setHealth(id, "passing");
    });
  }

  begin(subject: CallSubject): Selection {
    const redispatch = this.#of.redispatch !== 0;
    return this.view.begin(subject, { tried: new Set(), reuse: true, redispatch });
  }

  /** Makes a call whose attempts fare as the servers' moods say. */
  call(subject: CallSubject, moodOf: (server: number) => Mood): CallRecord {
    const selection = this.begin(subject);
    const rules = haproxyRetry(retryOf(this.#of));
    const retries = rules.begin({
      method: subject.method,
      idempotent: false,
      replayable: true,
      tries: selection.tries,
      redispatch: (sent) => selection.redispatch?.(sent),
    });
    const record: CallRecord = {
      status: 0,
      arrivals: [],
      picks: {},
      retried: {},
      redispatched: {},
    };
    let last: Member | undefined;
    let stay = false;
    for (;;) {
      const { member, place } = selection.pick({ record: false, stay });
      if (place) throw new Error("It would wait.");
      if (last) count(member?.id === last.id ? record.retried : record.redispatched, last.id);
      if (!member) return { ...record, status: 503 };
      if (member.id !== last?.id) count(record.picks, member.id);
      last = member;
      const server = Number(member.id.slice(2));
      const result = { ...resultOf(moodOf(server)), instance: member.id };
      if (result.sent) record.arrivals.push(server);
      const step = retries.after(result, 0);
      const status = result.response?.status;
      const again = step !== undefined;
      const end = { outcome: result.outcome, status, sent: result.sent, ms: 1, again };
      selection.ended(member, { ...end, stay: step?.stay ?? false });
      if (!step) return { ...record, status: status ?? rules.statusOf?.(result) ?? 0 };
      this.clock.set(this.clock.now() + step.pauseMs);
      ({ stay } = step);
    }
  }
}

function count(of: Record<string, number>, id: string): void {
  of[id] = (of[id] ?? 0) + 1;
}

function resultOf(mood: Mood): AttemptResult {
  if (mood === "refused") return { outcome: "unavailable", sent: false };
  if (typeof mood !== "number") return { outcome: "unavailable", sent: true };
  const response = {
    status: mood,
    headers: [],
    body: Buffer.alloc(0),
    done: Promise.resolve(true),
    discard: () => undefined,
  };
  return { outcome: mood < 500 ? "success" : "failure", sent: true, response };
}
