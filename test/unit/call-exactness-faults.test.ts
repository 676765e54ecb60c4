import { describe, expect, it } from "vitest";
import type { Fact } from "../../simulator/protocol/events.ts";
import { FAULTS, Outcome, PROCESS_FAULTS } from "../../simulator/protocol/model.ts";
import { attemptsByCall, mostAttempts } from "../support/attempt-limits.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { playAmongFaults } from "../support/faulty-run.ts";
import type { TouchLedger } from "../support/touch-ledger.ts";

const CALLS = 2500;
const RUNS = 40;

/** What all runs have seen together. */
const seen = { outcomes: new Set<string>(), faults: new Set<string>(), retries: 0 };

describe("100,000 calls among faults of every kind", () => {
  it.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    "end once each, within what retry and budget allow (seed %i)",
    async (seed) => {
      const { files, facts, left, budgets, touches, services } = await playAmongFaults(seed, CALLS);
      const context = JSON.stringify(files);
      expect(brokenRules(facts, { parse: seed === 1 }).slice(0, 5), context).toEqual([]);
      const nothing = { unanswered: 0, unread: 0, picked: 0, timers: 0, underWay: 0 };
      expect(left, context).toEqual(nothing);
      expect(touches.broken.slice(0, 5), context).toEqual([]);
      expect(touches.miscounted().slice(0, 5), context).toEqual([]);
      expect(problemsOf(facts), context).toEqual([]);
      for (const name of services.names) {
        const { guard, spec } = services.service(name);
        const inside = guard.picture().filter((layer) => layer.inside !== 0);
        expect(inside, context).toEqual([]);
        const made = attemptsByCall(facts, name);
        expect(made.size).toBeGreaterThan(0);
        expect(Math.max(...made.values()), context).toBeLessThanOrEqual(mostAttempts(spec));
      }
      for (const budget of budgets) {
        expect(budget.broken.slice(0, 5), context).toEqual([]);
        seen.retries += budget.retries;
      }
      remember(facts, touches);
    },
  );

  it("met every fault and every outcome, and many retries with a budget", () => {
    expect([...seen.faults].sort()).toEqual([...FAULTS].sort());
    expect([...seen.outcomes].sort()).toEqual([...Outcome.options].sort());
    expect(seen.retries).toBeGreaterThan(1000);
  });
});

/** What went wrong with faults, besides those that came too late for their place. */
function problemsOf(facts: readonly Fact[]): string[] {
  return facts
    .filter((fact) => fact.kind === "problem-found")
    .map(({ problem }) => problem.message)
    .filter((message) => !message.includes("is at work on"));
}

function remember(facts: readonly Fact[], { touches }: TouchLedger): void {
  for (const fact of facts) {
    if (fact.kind === "call-ended") seen.outcomes.add(fact.outcome);
    else if (fact.kind === "fault-injected") {
      const { kind } = fact.active.fault;
      if (PROCESS_FAULTS.includes(kind) || touches.has(kind)) seen.faults.add(kind);
    }
  }
}
