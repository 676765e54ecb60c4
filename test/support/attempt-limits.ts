import { isCallFact, type Fact } from "../../simulator/protocol/events.ts";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";

/** The most attempts that retry and hedge allow a call of a service. */
export function mostAttempts({ retry, hedge }: ServiceSpec): number {
  const beside = hedge?.attempts ?? 1;
  if (!retry) return beside;
  if (retry.rules === "fuseboard") return beside * retry.attempts;
  return beside * (retry.rules === "nginx" ? retry.tries : 1 + retry.retries);
}

/** Attempts that were made by each call of a service, by the facts. */
export function attemptsByCall(facts: readonly Fact[], service: string): Map<string, number> {
  const made = new Map<string, number>();
  for (const fact of facts) {
    if (!isCallFact(fact)) continue;
    if (fact.kind === "call-started" && fact.service === service) made.set(fact.call, 0);
    if (fact.kind !== "attempt-started") continue;
    const before = made.get(fact.call);
    if (before !== undefined) made.set(fact.call, before + 1);
  }
  return made;
}
