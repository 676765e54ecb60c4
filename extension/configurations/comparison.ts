import { durationText } from "../../simulator/protocol/figure-text.ts";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import type { RequestResult } from "../../simulator/protocol/requests.ts";
import {
  BALANCERS,
  Server,
  type BalancerId,
  type ServiceSpec,
} from "../../simulator/protocol/spec.ts";

/**
 * How the servers answer: as the service says, by chance with the same mean (exponential), or so
 * with the first server five times as slow as the others.
 */
export type Answers = "as-configured" | "varied" | "one-slow";

/** Made-up traffic, the same for each algorithm. */
export interface Traffic {
  readonly perSecond: number;
  /** Different callers, and different paths that they ask for. */
  readonly clients: number;
  readonly calls: number;
  readonly answers: Answers;
}

/** Where all servers are alike, so are all algorithms: one of them is slow. */
export const DEFAULT_TRAFFIC: Traffic = {
  ...{ perSecond: 200, clients: 1000, calls: 10_000 },
  answers: "one-slow",
};

export type Run = RequestResult<"compareAlgorithms">["runs"][number];

/** The service with servers that answer as the traffic says. */
export function withAnswers(spec: ServiceSpec, answers: Answers): ServiceSpec {
  const { balancer } = spec;
  if (answers === "as-configured") return spec;
  const slow = answers === "one-slow" ? SLOWER : 1;
  const count = balancer.servers?.length ?? spec.instances;
  const servers = Array.from({ length: count }, (_, index) => {
    const server = balancer.servers?.[index] ?? Server.parse({});
    const mean = meanMs(spec, index) * (index === 0 ? slow : 1);
    const latency = { kind: "exponential" as const, mean };
    return { ...server, synthetic: { ...server.synthetic, latency } };
  });
  return { ...spec, balancer: { ...balancer, servers } };
}

/** How much slower the slow one is. */
const SLOWER = 5;
/** Of a function nothing is known. */
const UNKNOWN_MS = 20;

/** How long a server answers on average. @param index from 0 */
export function meanMs({ synthetic, balancer }: ServiceSpec, index: number): number {
  const latency = balancer.servers?.[index]?.synthetic?.latency ?? synthetic?.latency;
  if (!latency) return UNKNOWN_MS;
  if (latency.kind === "constant") return latency.ms;
  return latency.kind === "uniform" ? (latency.min + latency.max) / 2 : latency.mean;
}

/** What several algorithms made of the same traffic on the same servers. */
export interface Comparison {
  /** Of the upstream or service. */
  readonly name: string;
  readonly spec: ServiceSpec;
  /** The one that it has now. */
  readonly own: BalancerId;
  readonly traffic: Traffic;
  readonly runs: readonly Run[];
}

/** What a user of any program may want to know. */
const OTHERS: readonly BalancerId[] = ["least-request", "peak-ewma", "maglev"];
/** They need a key, a header or a parameter of their own to make sense. */
const SPECIAL: ReadonlySet<BalancerId> = new Set([
  "hash",
  "haproxy-static-rr",
  "haproxy-url-param",
  "haproxy-hdr",
]);

/** The algorithms that are compared when nobody chose: the own one first, then its program's. */
export function algorithmsToCompare(own: BalancerId): BalancerId[] {
  const program = programOf(own);
  const siblings = BALANCERS.filter((id) => programOf(id) === program && !SPECIAL.has(id));
  const home = BALANCERS.filter((id) => programOf(id) === "nginx" && !SPECIAL.has(id));
  const known = program === "nginx" || program === "HAProxy" ? siblings : home;
  return [...new Set([own, ...known, ...OTHERS])];
}

/** Whose algorithm it is: `nginx`, `HAProxy`, `Envoy`, `Finagle`. */
export function programOf(id: BalancerId): string {
  return BALANCER_TITLES[id].split(":")[0] ?? "";
}

/** Fewest failed calls first, then the shortest tail; the own one before its equals. */
export function ranked({ runs, own }: Comparison): Run[] {
  return [...runs].sort(
    (a, b) =>
      a.failed - b.failed ||
      a.p99 - b.p99 ||
      a.p95 - b.p95 ||
      Number(b.algorithm === own) - Number(a.algorithm === own),
  );
}

/** The sentence on who does best, in words that stand alone. */
export function verdictOf(comparison: Comparison): string {
  const [best] = ranked(comparison);
  const own = comparison.runs.find(({ algorithm }) => algorithm === comparison.own);
  if (!best || !own) return "";
  const { failed, p99 } = best;
  const title = BALANCER_TITLES[best.algorithm];
  const ownTitle = BALANCER_TITLES[own.algorithm];
  if (own.failed > failed) {
    return `${title} fails ${countText(failed)} of ${countText(best.calls)} calls, ${ownTitle} ${countText(own.failed)}.`;
  }
  const worst = Math.max(...comparison.runs.map((run) => run.p99));
  if (comparison.runs.length > 1 && worst <= p99 * 1.1) {
    const range = [...new Set([durationText(p99), durationText(worst)])].join(" to ");
    return `The algorithm makes no difference here: p99 ${range}. It does when servers differ: change the traffic and let one be slow.`;
  }
  // Below a tenth nobody would change a configuration for it.
  if (own.p99 <= p99 * 1.1) {
    const close = best === own ? "has the shortest tail" : "is as good as the best";
    return `${ownTitle}, which it has, ${close}: p99 ${durationText(own.p99)}.`;
  }
  const less = Math.round((1 - p99 / own.p99) * 100);
  return `${title} has the shortest tail: p99 ${durationText(p99)} instead of ${durationText(own.p99)} with ${ownTitle}, ${String(less)}% less.`;
}

/** `10,000` */
export const countText = (count: number): string => count.toLocaleString("en");
