import type { AttemptResult } from "../call/contract.ts";
import type { BreakerWindow } from "../protocol/breaker-model.ts";
import type { BreakerSpec } from "../protocol/spec.ts";
import { formatDuration } from "../protocol/units.ts";
import type { EngineChange } from "./breakers/contract.ts";

/**
 * Why a breaker changed by its own rules, in one sentence.
 * @param result of the call that made it change, when one did
 */
export function reasonOf(
  spec: BreakerSpec,
  { cause, to, window }: Omit<EngineChange, "from">,
  result?: AttemptResult,
): string {
  switch (cause) {
    case "threshold":
      return `Opened: ${figures(spec, window)}.`;
    case "sleep-window-over":
      return `The pause of ${formatDuration(pauseMs(spec))} is over: one probe is under way, and its result decides.`;
    case "probe-succeeded":
      return `The probe succeeded${at(result)}.`;
    case "probe-failed":
      return `The probe failed${at(result)}${why(result)}`;
    case "late-success":
      return `A call that had begun earlier succeeded${at(result)}, and any success closes it.`;
    case "late-failure":
      return `While a probe was under way, a call that had begun earlier failed${at(result)}${why(result)}`;
    case "settings":
      return to === "forced-open"
        ? "By its settings it refuses every call."
        : "By its settings it lets every call pass.";
    case "by-hand":
      return "Changed by hand.";
    case "duration-over":
      return "The time for which it was changed by hand is over.";
  }
}

/** What the window says, against the threshold. */
function figures(spec: BreakerSpec, window: BreakerWindow): string {
  const { errors, value, unit, threshold, opens } = window;
  if (unit === "in a row") {
    return value === 1
      ? `a request failed, and the threshold is ${threshold}`
      : `${value} requests in a row failed, and the threshold is ${threshold}`;
  }
  const against = `${opens === "at" ? "at or above" : "above"} the threshold of ${percent(threshold)}`;
  return `${errors} of ${held(spec, window)} failed (${percent(value)}), ${against}`;
}

/** The requests in the window, as each engine's window is meant. */
function held(spec: BreakerSpec, { requests }: BreakerWindow): string {
  switch (spec.engine) {
    case "consecutive":
    case "count":
      return `the last ${requests} requests`;
    case "sampling":
      return `${requests} requests in the window of ${formatDuration(spec.duration)}`;
    case "hystrix-go":
      return `${requests} requests in the last 10s`;
    case "hystrix":
      return `${requests} requests in the last ${formatDuration(spec.metricsRollingStatisticalWindowInMilliseconds)}`;
  }
}

function pauseMs(spec: BreakerSpec): number {
  switch (spec.engine) {
    case "hystrix-go":
      return spec.sleepWindow;
    case "hystrix":
      return spec.circuitBreakerSleepWindowInMilliseconds;
    default:
      return spec.halfOpenAfter;
  }
}

function percent(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}

function at(result: AttemptResult | undefined): string {
  return result?.instance === undefined ? "" : ` at ${result.instance}`;
}

/** The failure after a colon, with exactly one full stop. */
function why(result: AttemptResult | undefined): string {
  if (!result) return ".";
  if (result.outcome === "canceled") return ": it was given up before the answer.";
  return `: ${(result.error ?? result.outcome).replace(/\.$/, "")}.`;
}
