import type { AttemptResult } from "../../call/contract.ts";
import type { NginxRetry } from "../../protocol/spec.ts";
import type { RetriedCall, RetryRules } from "./contract.ts";

/** Methods that nginx does not repeat once they were sent, unless told so. */
const NON_IDEMPOTENT: ReadonlySet<string> = new Set(["POST", "LOCK", "PATCH"]);

/**
 * nginx's `proxy_next_upstream`, after `ngx_http_upstream_next` and
 * `ngx_http_upstream_test_next`: on to the next server at once, as long as there are tries and time.
 */
export function nginxRetry(spec: NginxRetry): RetryRules {
  const asks = new Set<string>(spec.on);
  return {
    reuse: false,
    begin(call) {
      let left = spec.tries > 0 ? Math.min(spec.tries, call.tries) : call.tries;
      return {
        after(result, elapsedMs) {
          left--;
          const more = left > 0 && (spec.timeout === 0 || elapsedMs < spec.timeout);
          if (!more || asks.has("off") || !call.replayable) return undefined;
          if (!isAsked(asks, result) || !mayRepeat(asks, call, result)) return undefined;
          return { pauseMs: 0, stay: false };
        },
      };
    },
  };
}

function isAsked(asks: ReadonlySet<string>, result: AttemptResult): boolean {
  const { outcome, response, instance } = result;
  if (response) return asks.has(`http_${response.status}`);
  if (outcome === "timeout") return asks.has("timeout");
  // Where nobody could be picked ("no live upstreams") nginx gives up at once.
  return outcome === "unavailable" && instance !== undefined && asks.has("error");
}

function mayRepeat(asks: ReadonlySet<string>, call: RetriedCall, { sent }: AttemptResult): boolean {
  return !sent || asks.has("non_idempotent") || !NON_IDEMPOTENT.has(call.method);
}
