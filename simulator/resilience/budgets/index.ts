import type { Clock } from "../../kernel/clock.ts";
import type { RetryBudgetSpec } from "../../protocol/spec.ts";
import type { RetryBudget } from "./contract.ts";
import { EnvoyBudget } from "./envoy.ts";
import { FinagleBudget } from "./finagle.ts";

/** The budget of a service's retries. */
export function createBudget(spec: RetryBudgetSpec, clock: Clock): RetryBudget {
  return spec.rules === "envoy" ? new EnvoyBudget(spec) : new FinagleBudget(spec, clock);
}
