import type { HealthKind } from "./contract.ts";
import { httpHealth } from "./http.ts";

/** All ways to check health. */
export const healthKinds: readonly HealthKind<{ readonly path: string }>[] = [httpHealth];
