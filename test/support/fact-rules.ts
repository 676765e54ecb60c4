import { Fact, isCallFact, type CallFact } from "../../simulator/protocol/events.ts";
import { Outcome, type Counters } from "../../simulator/protocol/model.ts";

/**
 * What breaks the rules of the log in these facts, which begin with the first; none: `[]`. Not
 * parsed, they are looked at faster.
 */
export function brokenRules(facts: readonly Fact[], { parse = true } = {}): string[] {
  const broken: string[] = [];
  const calls = new Map<string, CallFact[]>();
  for (const [i, fact] of facts.entries()) {
    if (fact.seq !== i + 1) broken.push(`seq ${String(fact.seq)} at position ${String(i + 1)}`);
    if (fact.at < (facts[i - 1]?.at ?? 0)) broken.push(`time goes back at ${String(fact.seq)}`);
    const parsed = parse ? Fact.safeParse(fact) : undefined;
    if (parsed?.success === false) broken.push(`${fact.kind}: ${parsed.error.message}`);
    if (!isCallFact(fact)) continue;
    const own = calls.get(fact.call) ?? [];
    own.push(fact);
    calls.set(fact.call, own);
  }
  for (const [id, own] of calls) {
    for (const rule of brokenByCall(own)) {
      broken.push(`${id}: ${rule} in ${own.map(({ kind }) => kind).join(", ")}`);
    }
  }
  return broken;
}

function brokenByCall(facts: readonly CallFact[]): string[] {
  const broken: string[] = [];
  const count = (kind: CallFact["kind"]) => facts.filter((fact) => fact.kind === kind).length;
  if (count("call-started") !== 1) broken.push("not one start");
  if (count("call-ended") !== 1) broken.push("not one end");
  if (facts[0]?.kind !== "call-started") broken.push("something before the start");
  if (facts.at(-1)?.kind !== "call-ended") broken.push("something after the end");
  const open = new Set<number>();
  let newest = 0;
  let ended = 0;
  let ends = 0;
  let fallbacks = 0;
  let isHedged = false;
  for (const fact of facts) {
    if (fact.kind === "attempt-started") {
      if (fact.number !== newest + 1) broken.push(`attempt ${String(fact.number)} out of order`);
      isHedged ||= fact.hedge === true;
      if (open.size > 0 && !isHedged) broken.push("an attempt beside another that is no hedge");
      if (fact.instance !== fact.decision?.winner) broken.push("the winner was not asked");
      newest = fact.number;
      open.add(newest);
    } else if (fact.kind === "attempt-ended") {
      ended = fact.number;
      ends++;
      if (open.delete(ended)) continue;
      // One that a layer refused, or that was given up before its turn, never started.
      if (ended !== newest + 1) broken.push(`end ${String(ended)} out of order`);
      if (!NEVER_STARTED.has(fact.outcome))
        broken.push(`${fact.outcome} of an attempt that never started`);
      // It may have been a hedge: the retries after it run beside another, too.
      isHedged = true;
      newest = ended;
    } else if (fact.kind === "retry-scheduled" && fact.number !== ended) {
      broken.push("a retry of something else");
    } else if (fact.kind === "fallback-used") {
      if (++fallbacks > ends) broken.push("more fallbacks than attempts that ended");
    }
  }
  if (open.size > 0) broken.push("an attempt without an end");
  return broken;
}

/** How an attempt may end that never asked the balancer. */
const NEVER_STARTED: ReadonlySet<string> = new Set([
  "short-circuit",
  "rejected",
  "canceled",
  // In a queue of the bulkhead, of a breaker's threads or of the balancer.
  "timeout",
]);

/** The totals that counters must show after these facts, without rates and percentiles. */
export function totalsOf(facts: readonly Fact[]) {
  const services: Record<
    string,
    Omit<Counters["services"][string], "perSecond" | "p50" | "p95" | "p99">
  > = {};
  const instances: Record<string, Omit<Counters["instances"][string], "p50" | "p95">> = {};
  const edges: Record<string, Omit<Counters["edges"][string], "perSecond">> = {};
  const starts = new Map<string, Extract<CallFact, { kind: "call-started" }>>();
  const asked = new Map<string, string>();
  for (const fact of facts) {
    if (!isCallFact(fact)) continue;
    if (fact.kind === "call-started") starts.set(fact.call, fact);
    const start = starts.get(fact.call);
    if (!start) throw new Error(`${fact.call} never started.`);
    const { caller, service: to } = start;
    const from = caller.kind === "instance" ? caller.service : caller.kind;
    const fromKind = caller.kind === "instance" ? "service" : caller.kind;
    const service = (services[to] ??= {
      calls: 0,
      outcomes: Object.fromEntries(Outcome.options.map((each) => [each, 0])) as Record<
        Outcome,
        number
      >,
      attempts: 0,
      retries: 0,
      shortCircuits: 0,
      rejections: 0,
      timeouts: 0,
    });
    const edge = (edges[`${from}>${to}`] ??= {
      from,
      fromKind,
      to,
      calls: 0,
      failed: 0,
      fallbacks: 0,
    });
    const instanceOf = (id: string) =>
      (instances[id] ??= { picks: 0, succeeded: 0, failed: 0, inFlight: 0 });
    const key = "number" in fact ? `${fact.call}/${String(fact.number)}` : "";
    if (fact.kind === "call-started") {
      service.calls++;
      edge.calls++;
    } else if (fact.kind === "attempt-started") {
      service.attempts++;
      if (fact.number > 1 && !fact.hedge) service.retries++;
      if (fact.instance === undefined) continue;
      asked.set(key, fact.instance);
      instanceOf(fact.instance).picks++;
    } else if (fact.kind === "attempt-ended") {
      if (fact.outcome === "short-circuit") service.shortCircuits++;
      if (fact.outcome === "rejected") service.rejections++;
      if (fact.outcome === "timeout") service.timeouts++;
      const id = asked.get(key);
      if (id !== undefined) instanceOf(id)[fact.outcome === "success" ? "succeeded" : "failed"]++;
    } else if (fact.kind === "call-ended") {
      service.outcomes[fact.outcome]++;
      if (fact.outcome === "fallback") edge.fallbacks++;
      else if (fact.outcome !== "success" && fact.outcome !== "canceled") edge.failed++;
    }
  }
  return { services, instances, edges };
}
