import type { RetrySpec, ServiceSpec } from "../../protocol/spec.ts";
import type { ServiceText } from "./service-text.ts";
import { timeWord } from "./words.ts";

/** Settings of `proxy_next_upstream`, as nginx has them. */
interface NextUpstream {
  readonly on: readonly string[];
  /** In all, the first included; 0: as many as there are servers. */
  readonly tries: number;
  readonly timeoutMs: number;
}

const STATUSES = [500, 502, 503, 504, 403, 404, 429];
const OFF: NextUpstream = { on: ["off"], tries: 0, timeoutMs: 0 };

/** Writes the `location` that passes the calls of a service to its upstream. */
export function writeLocation(text: ServiceText, name: string, service: ServiceSpec): void {
  text.add(`location /${name}/ {`);
  if (service.fallback)
    text.remark("fallback: nearest in nginx is error_page with another location");
  text.add(`proxy_pass http://${name};`);
  const { on, tries, timeoutMs } = nextUpstream(text, service.retry);
  text.add(`proxy_next_upstream ${on.length === 0 ? "off" : on.join(" ")};`);
  if (tries > 0) text.add(`proxy_next_upstream_tries ${tries};`);
  if (timeoutMs > 0) text.add(`proxy_next_upstream_timeout ${timeWord(timeoutMs)};`);
  if (service.retry?.rules === "haproxy") {
    text.add(`proxy_connect_timeout ${timeWord(service.retry.connectTimeout)};`);
  }
  text.add(`proxy_read_timeout ${timeWord(service.timeout)};`);
  text.add("}");
}

function nextUpstream(text: ServiceText, retry: RetrySpec | undefined): NextUpstream {
  switch (retry?.rules) {
    case undefined:
      return OFF;
    case "nginx":
      return { on: retry.on, tries: retry.tries, timeoutMs: retry.timeout };
    case "fuseboard": {
      if (retry.attempts === 1) return OFF;
      if (retry.initial > 0) {
        text.remark(
          "retry: nginx does not pause before it; nearest is at once, at the next server",
        );
      }
      const on = [
        ...conditions(text, retry.on),
        ...(retry.nonIdempotent ? ["non_idempotent"] : []),
      ];
      return { on, tries: retry.attempts, timeoutMs: 0 };
    }
    case "haproxy":
      text.remark("retry: nginx never tries the same server again; nearest is the next one");
      if (retry.retries === 0) return OFF;
      return { on: conditions(text, retry.on), tries: retry.retries + 1, timeoutMs: 0 };
  }
}

/** nginx's conditions for those of others. */
const CONDITIONS: Readonly<Record<string, readonly string[]>> = {
  error: ["error"],
  timeout: ["timeout"],
  "5xx": ["http_500", "http_502", "http_503", "http_504"],
  none: [],
  "conn-failure": ["error"],
  "empty-response": ["error"],
  "junk-response": ["invalid_header"],
  "response-timeout": ["timeout"],
  "all-retryable-errors": [
    "error",
    "timeout",
    "invalid_header",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
  ],
};

function conditions(text: ServiceText, on: readonly (string | number)[]): readonly string[] {
  const words = on.flatMap((each) => {
    const known = STATUSES.includes(Number(each)) ? [`http_${each}`] : CONDITIONS[each];
    if (!known) text.remark(`retry on ${each}: no condition of nginx; left out`);
    return known ?? [];
  });
  return [...new Set(words)];
}
