import type { JsonValue, Latency } from "../../protocol/spec.ts";

/** Name of the environment variable that carries a {@link HostConfig} as JSON into the host. */
export const CONFIG_VARIABLE = "FUSEBOARD_INSTANCE_CONFIG";

/** What the host is told when it starts. */
export interface HostConfig {
  readonly instance: string;
  readonly service: string;
  /** Sent with calls to the gateway, which knows the caller by it. */
  readonly token: string;
  /** The gateway's URL, without a slash at the end. */
  readonly gateway: string;
  /** Longest time between two beats, in ms. */
  readonly beatMs: number;
  /** Path that is answered to health checks. */
  readonly healthPath: string;
  readonly serves: FunctionConfig | SyntheticConfig;
}

/** An exported function of a file. */
export interface FunctionConfig {
  readonly kind: "function";
  /** Absolute path. */
  readonly file: string;
  /** The file as the cluster file names it. */
  readonly label: string;
  readonly export: string;
  readonly cacheDir: string;
  /** Absolute path of the bundled compiler, loaded only for what is not in the cache. */
  readonly compiler: string;
}

/** No code: answers after a time drawn from a distribution. */
export interface SyntheticConfig {
  readonly kind: "synthetic";
  readonly latency: Latency;
  /** Share of the calls answered with status 500. */
  readonly errorRate: number;
  readonly body: JsonValue;
  /** Seed of its random numbers. */
  readonly seed: number;
}
