import type { CallFact } from "./events.ts";
import type { AttemptTrace, CallTrace } from "./model.ts";

/** The trace of a call that has just started. */
export function openTrace(fact: Extract<CallFact, { kind: "call-started" }>): CallTrace {
  const { call: id, traceId, parent, service, caller, client, method, uri, at: startedAt } = fact;
  const subject = { client, method, uri };
  return {
    id,
    traceId,
    ...(parent && { parent }),
    service,
    caller,
    ...subject,
    startedAt,
    attempts: [],
  };
}

/** One call after one more of its facts; pure. */
export function reduceTrace(call: CallTrace, fact: CallFact): CallTrace {
  switch (fact.kind) {
    case "call-started":
      return call;
    case "attempt-started": {
      const { number, instance, decision, queuedMs, hedge, startedAt = fact.at } = fact;
      const hedged = hedge && { hedge };
      const attempt = { number, startedAt, instance, decision, queuedMs, ...hedged };
      return { ...call, attempts: [...call.attempts, attempt] };
    }
    case "attempt-ended": {
      const { number, outcome, status, error, faults, decision, endedAt = fact.at } = fact;
      const ended = { endedAt, outcome, status, error, faults, ...(decision && { decision }) };
      // A refused attempt never started: it begins and ends here.
      return call.attempts.some((attempt) => attempt.number === number)
        ? withAttempt(call, number, ended)
        : { ...call, attempts: [...call.attempts, { number, startedAt: endedAt, ...ended }] };
    }
    case "retry-scheduled":
      return withAttempt(call, fact.number, { backoffMs: fact.backoffMs });
    case "fallback-used": {
      const { fallback: kind, because, target, at: startedAt } = fact;
      return { ...call, fallback: { kind, because, startedAt, service: target } };
    }
    case "call-ended": {
      const { at: endedAt, outcome, status, error } = fact;
      return { ...call, endedAt, outcome, status, error };
    }
  }
}

function withAttempt(call: CallTrace, number: number, change: Partial<AttemptTrace>): CallTrace {
  const attempts = call.attempts.map((attempt) =>
    attempt.number === number ? { ...attempt, ...change } : attempt,
  );
  return { ...call, attempts };
}
