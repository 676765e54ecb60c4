import { breaker } from "./breaker.ts";
import { bulkhead } from "./bulkhead.ts";
import { fallback } from "./fallback.ts";
import { hedge } from "./hedge.ts";
import { rateLimit } from "./rate-limit.ts";
import { retry } from "./retry.ts";
import { timeout } from "./timeout.ts";

/** Every layer that a service can have, in the usual order, outermost first. */
export const layerKinds = [fallback, rateLimit, retry, hedge, breaker, bulkhead, timeout] as const;
