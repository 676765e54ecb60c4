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

/** The longest pause before a retry at the same server, in ms. */
const TURN_AROUND_MS = 1000;

/**
 * HAProxy's `retries`, `retry-on` and `option redispatch`: at the same server after a pause, or by
 * another pick at once.
 */
export function haproxyRetry(spec: HaproxyRetry): RetryRules {
  const asks = new Set<string | number>(
    spec.on.flatMap((each) => (each === "all-retryable-errors" ? [...ALL] : [each])),
  );
  return {
    reuse: true,
    // 503 without a server or a connection, 502 without a whole answer.
    statusOf: ({ outcome, sent }) => (outcome === "unavailable" ? (sent ? 502 : 503) : undefined),
    begin(call) {
      // An installed HAProxy makes them by itself, and allows one attempt through it.
      let left = Math.min(spec.retries, call.tries - 1);
      return {
        after(result) {
          if (left === 0 || !call.replayable || !isAsked(asks, result)) return undefined;
          left--;
          const again = isRedispatched(spec, left);
          const pauseMs = again ? 0 : Math.min(spec.connectTimeout, TURN_AROUND_MS);
          return { pauseMs, stay: !again };
        },
      };
    },
  };
}

/** Whether the retry that leaves `left` more goes by a new pick (`redispatch_after`). */
function isRedispatched({ redispatch, retries }: HaproxyRetry, left: number): boolean {
  if (redispatch === 0) return false;
  const made = retries - left;
  if (redispatch > 0) return made % redispatch === 0;
  return (made - 1 - retries) % redispatch === 0 && left === 0;
}

function isAsked(asks: ReadonlySet<string | number>, result: AttemptResult): boolean {
  const { outcome, response, sent } = result;
  if (asks.has("none")) return false;
  if (response) return asks.has(response.status);
  if (outcome === "timeout") return asks.has("response-timeout");
  return asks.has(sent ? "empty-response" : "conn-failure");
}
