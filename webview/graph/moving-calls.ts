import type { CallFact, Fact } from "../../simulator/protocol/events.ts";
import { isCallFact } from "../../simulator/protocol/events.ts";
import type { CallTrace, Caller } from "../../simulator/protocol/model.ts";
import { toneOf } from "../words.ts";
import type { Flight } from "./flights.ts";
import { callerNode, edgeId, fallbackEdgeId, GATEWAY, serviceNode } from "./model.ts";

const HOP_MS = 620;

/** What flights need to know of a call. */
export interface MovingCall extends Pick<CallTrace, "caller" | "service"> {
  /** The service whose fallback function is called. */
  readonly fallbackOf?: string | undefined;
}

/**
 * The flights of a batch of facts: a call goes forward, each attempt goes on to its service and
 * comes back in the colour of its outcome, a fallback comes back on its own line. The times
 * between the facts are kept, so that a batch does not look like a burst.
 */
export function flightsOf(
  facts: readonly Fact[],
  callOf: (id: string) => MovingCall | undefined,
  now: number,
): Flight[] {
  const first = facts.find(isCallFact);
  if (!first) return [];
  return facts.filter(isCallFact).flatMap((fact) => {
    const call = callOf(fact.call);
    if (!call) return [];
    const startsAt = now + Math.min(250, Math.max(0, fact.at - first.at));
    return hops(fact, call).map((hop) => ({ ...hop, startsAt, durationMs: HOP_MS }));
  });
}

type Hop = Pick<Flight, "edge" | "tone" | "back">;

function hops(fact: CallFact, { caller, service, fallbackOf }: MovingCall): Hop[] {
  const to = serviceNode(service);
  const from = sourceOf(caller);
  // It is the service that falls back; its caller has called only that.
  const edge =
    fallbackOf === undefined ? edgeId(from, to) : fallbackEdgeId(serviceNode(fallbackOf), to);
  const outside =
    caller.kind !== "instance" &&
    fallbackOf === undefined &&
    edgeId(callerNode(caller.kind), GATEWAY);
  switch (fact.kind) {
    case "call-started":
      return outside ? [{ edge: outside, tone: "info", back: false }] : [];
    case "attempt-started":
      return [{ edge, tone: "info", back: false }];
    case "attempt-ended":
      return [{ edge, tone: toneOf(fact.outcome), back: true }];
    case "retry-scheduled":
      return [];
    case "fallback-used":
      return [{ edge: fallbackEdgeId(from, to), tone: "fallback", back: true }];
    case "call-ended":
      return outside ? [{ edge: outside, tone: toneOf(fact.outcome), back: true }] : [];
  }
}

function sourceOf(caller: Caller): string {
  return caller.kind === "instance" ? serviceNode(caller.service) : GATEWAY;
}
