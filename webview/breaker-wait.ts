import type { BreakerSpec } from "../simulator/protocol/breaker-spec.ts";
import type { BreakerState } from "../simulator/protocol/model.ts";

/** What a breaker waits for by itself: its probe, or the end of what was done by hand. */
export interface BreakerWait {
  readonly since: number;
  readonly until: number;
  readonly byHand: boolean;
}

/** Undefined when time alone changes nothing. */
export function waitOf(
  { status, since, probeAt, until }: BreakerState,
  spec: BreakerSpec | undefined,
): BreakerWait | undefined {
  if (until !== undefined) return { since, until, byHand: true };
  if (status !== "open" || probeAt === undefined) return undefined;
  // hystrix-go stays open when its single test failed, and waits as long once more.
  const sleepMs = spec?.engine === "hystrix-go" ? spec.sleepWindow : Infinity;
  return { since: Math.max(since, probeAt - sleepMs), until: probeAt, byHand: false };
}
