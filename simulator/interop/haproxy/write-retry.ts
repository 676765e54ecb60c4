import type { HaproxyRetry, NginxRetry, OwnRetry, RetrySpec } from "../../protocol/spec.ts";
import { hasRelease } from "../../kernel/release.ts";
import type { Tell } from "./write-balance.ts";
import { writtenTime } from "./write-word.ts";

/** `timeout connect` where nobody says otherwise. */
const CONNECT_MS = 5000;
const STATUSES = [401, 403, 404, 408, 425, 500, 501, 502, 503, 504];

/** The lines that say when a call is tried again; without rules it is not. */
export function retryLines(
  retry: RetrySpec | undefined,
  instances: number,
  version: string | undefined,
  tell: Tell,
): string[] {
  const { retries, on, redispatch, connectMs } = rulesOf(retry, instances, tell);
  const known = on.filter(
    (condition) => typeof condition !== "number" || isKnown(condition, version),
  );
  for (const status of on.filter((condition) => !known.includes(condition))) {
    tell(`HAProxy does not try again after status ${status}; it is left out.`);
  }
  return [
    `timeout connect ${writtenTime(connectMs)}`,
    `retries ${retries}`,
    ...(known.length > 0 ? [`retry-on ${known.join(" ")}`] : ["retry-on none"]),
    redispatch === 0
      ? "no option redispatch"
      : `option redispatch${redispatch === -1 ? "" : ` ${redispatch}`}`,
  ];
}

interface Rules {
  readonly retries: number;
  readonly on: readonly (string | number)[];
  readonly redispatch: number;
  readonly connectMs: number;
}

function rulesOf(retry: RetrySpec | undefined, instances: number, tell: Tell): Rules {
  const none: Rules = { retries: 0, on: ["conn-failure"], redispatch: 0, connectMs: CONNECT_MS };
  switch (retry?.rules) {
    case undefined:
      return none;
    case "haproxy":
      return haproxyRules(retry);
    case "nginx":
      return nginxRules(retry, instances, none, tell);
    case "fuseboard":
      return ownRules(retry, tell);
  }
}

function haproxyRules({ retries, on, redispatch, connectTimeout }: HaproxyRetry): Rules {
  // `none` stands alone.
  const conditions = on.includes("none") ? on.filter((condition) => condition === "none") : on;
  return { retries, on: [...new Set(conditions)], redispatch, connectMs: connectTimeout };
}

const OF_NGINX: Readonly<Record<NginxRetry["on"][number], readonly (string | number)[]>> = {
  error: ["conn-failure", "empty-response"],
  timeout: ["response-timeout"],
  invalid_header: ["junk-response"],
  http_500: [500],
  http_502: [502],
  http_503: [503],
  http_504: [504],
  http_403: [403],
  http_404: [404],
  http_429: [429],
  non_idempotent: [],
  off: [],
};

function nginxRules(retry: NginxRetry, instances: number, none: Rules, tell: Tell): Rules {
  if (retry.on.includes("off")) return none;
  tell("proxy_next_upstream has no equivalent in HAProxy; nearest are retries at another server.");
  if (retry.timeout > 0) tell("proxy_next_upstream_timeout is left out.");
  if (retry.on.includes("non_idempotent")) {
    tell("HAProxy tries calls again whatever their method; non_idempotent is left out.");
  }
  const tries = retry.tries === 0 ? instances : retry.tries;
  return {
    retries: Math.max(0, Math.min(100, tries - 1)),
    on: [...new Set(retry.on.flatMap((condition) => OF_NGINX[condition]))],
    redispatch: 1,
    connectMs: CONNECT_MS,
  };
}

function ownRules(retry: OwnRetry, tell: Tell): Rules {
  tell("HAProxy's pauses between attempts cannot be set; backoff is left out.");
  const on = retry.on.flatMap((condition): (string | number)[] => {
    if (condition === "error") return ["conn-failure", "empty-response"];
    if (condition === "timeout") return ["response-timeout"];
    return condition === "5xx" ? [500, 501, 502, 503, 504] : [condition];
  });
  return {
    retries: retry.attempts - 1,
    on: [...new Set(on)],
    redispatch: 1,
    connectMs: CONNECT_MS,
  };
}

function isKnown(status: number, version: string | undefined): boolean {
  if (STATUSES.includes(status)) return true;
  return (status === 421 || status === 429) && hasRelease(version, "3.0");
}
