import type { Redispatch } from "../../balancing/contract.ts";
import type { AttemptResult } from "../../call/contract.ts";
import type { HaproxyRetry } from "../../protocol/spec.ts";
import type { RetryRules } from "./contract.ts";

/** `all-retryable-errors`, as HAProxy's manual lists them. */
const ALL = [
  "conn-failure",
  "empty-response",
  "junk-response",
  "response-timeout",
  "0rtt-rejected",
  500,
  502,
  503,
  504,
] as const;

/** The longest pause after a failed connection, in ms. */
const TURN_AROUND_MS = 1000;

/** With nobody to tell of others, a retry elsewhere is like one at the same server. */
const UNKNOWN: Redispatch = { atOnce: false, pauses: false };

/**
 * HAProxy's `retries`, `retry-on` and `option redispatch`, after `back_handle_st_cer`,
 * `stream_choose_redispatch` and `do_l7_retry`.
 */
export function haproxyRetry(spec: HaproxyRetry): RetryRules {
  const asks = new Set<string | number>(
    spec.on.flatMap((each) => (each === "all-retryable-errors" ? [...ALL] : [each])),
  );
  return {
    reuse: true,
    redispatch: spec.redispatch !== 0,
    statusOf,
    begin(call) {
      let made = 0;
      return {
        after(result) {
          // An installed HAProxy makes them by itself, and allows one attempt through it.
          if (made >= Math.min(spec.retries, call.tries - 1) || !call.replayable) return undefined;
          if (!isAsked(asks, result)) return undefined;
          made++;
          const { atOnce, pauses } = call.redispatch?.(result.sent) ?? UNKNOWN;
          const stay = spec.redispatch === 0 || !(atOnce || isTurnOf(spec, made));
          const waits = isRefused(result) && (stay || pauses);
          return { pauseMs: waits ? Math.min(spec.connectTimeout, TURN_AROUND_MS) : 0, stay };
        },
      };
    },
  };
}

/** Whether the n-th retry goes by a new pick (`redispatch_after`). */
function isTurnOf({ redispatch, retries }: HaproxyRetry, made: number): boolean {
  return made % (redispatch > 0 ? redispatch : retries + 1 + redispatch) === 0;
}

/** Whether there was no connection; a retry after one that timed out does not pause. */
function isRefused({ outcome, sent }: AttemptResult): boolean {
  return !sent && outcome === "unavailable";
}

/** 503 without a server or a connection, 504 without an answer in time, 502 without a whole one. */
function statusOf({ outcome, sent }: AttemptResult): number | undefined {
  if (outcome === "timeout") return sent ? 504 : 503;
  if (outcome === "unavailable") return sent ? 502 : 503;
  return undefined;
}

function isAsked(asks: ReadonlySet<string | number>, result: AttemptResult): boolean {
  const { outcome, response, sent, instance } = result;
  // Without a server there is nothing to try again.
  if (asks.has("none") || instance === undefined) return false;
  if (response) return asks.has(response.status);
  if (!sent) return asks.has("conn-failure");
  return asks.has(outcome === "timeout" ? "response-timeout" : "empty-response");
}
