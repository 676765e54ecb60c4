import type { RetrySpec } from "../../protocol/spec.ts";
import type { RetryRules } from "./contract.ts";
import { haproxyRetry } from "./haproxy.ts";
import { nginxRetry } from "./nginx.ts";
import { ownRetry } from "./own.ts";

/** The rules of a service's retry; without a retry there is one attempt. */
export function retryRules(spec: RetrySpec | undefined): RetryRules {
  switch (spec?.rules) {
    case "fuseboard":
      return ownRetry(spec);
    case "nginx":
      return nginxRetry(spec);
    case "haproxy":
      return haproxyRetry(spec);
    case undefined:
      return { reuse: true, begin: () => ({ after: () => undefined }) };
  }
}
