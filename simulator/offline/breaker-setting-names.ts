import {
  COMMAND_PROPERTIES,
  POOL_KEY,
  POOL_PROPERTIES,
  WITHOUT_EFFECT,
} from "../interop/hystrix/property-names.ts";
import type { BreakerEngineId } from "../protocol/breaker-spec.ts";

/** What a library calls its settings. */
export interface SettingNames {
  /** Whose names they are, for messages. */
  readonly library: string;
  /** The keys of the cluster file by the library's own name. */
  readonly own: Readonly<Record<string, string>>;
  /** Further names, such as older ones. */
  readonly also: Readonly<Record<string, string>>;
  /** Names that the library has, and that change nothing here. */
  readonly idle: readonly string[];
  /** What may stand before a name. */
  readonly prefix: RegExp;
}

const COCKATIEL = "cockatiel";
/** As in `circuitBreaker(policy, { halfOpenAfter, breaker: … })`. */
const OPTIONS = /^breaker\.$/i;

function cockatiel(...names: readonly string[]): SettingNames {
  return {
    library: COCKATIEL,
    own: {
      ...Object.fromEntries([...names, "halfOpenAfter"].map((name) => [name, name])),
      "halfOpenSampling.calls": "halfOpenCalls",
      "halfOpenSampling.threshold": "halfOpenThreshold",
    },
    also: { halfOpenCalls: "halfOpenCalls", halfOpenThreshold: "halfOpenThreshold" },
    idle: [],
    prefix: OPTIONS,
  };
}

const swapped = (names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([key, name]) => [name, key]));

export const SETTING_NAMES: Readonly<Record<BreakerEngineId, SettingNames>> = {
  consecutive: cockatiel("threshold"),
  sampling: cockatiel("threshold", "duration", "minimumRps"),
  count: {
    ...cockatiel("threshold", "size"),
    own: { ...cockatiel("threshold", "size").own, minimumNumberOfCalls: "minimumCalls" },
    also: { ...cockatiel().also, minimumCalls: "minimumCalls" },
  },
  "hystrix-go": {
    library: "hystrix-go",
    own: {
      Timeout: "timeout",
      MaxConcurrentRequests: "maxConcurrentRequests",
      RequestVolumeThreshold: "requestVolumeThreshold",
      SleepWindow: "sleepWindow",
      ErrorPercentThreshold: "errorPercentThreshold",
    },
    also: {},
    idle: [],
    // The command's name, as in `hystrix.Configure(map[string]hystrix.CommandConfig{…})`.
    prefix: /^[^.]+\.$/,
  },
  hystrix: {
    library: "Netflix Hystrix",
    own: { ...swapped(COMMAND_PROPERTIES), ...swapped(POOL_PROPERTIES) },
    also: {
      // Names of the setters, and of the property before 1.4.
      ...Object.fromEntries(
        Object.keys({ ...COMMAND_PROPERTIES, ...POOL_PROPERTIES }).map((key) => [key, key]),
      ),
      executionIsolationThreadTimeoutInMilliseconds: "executionTimeoutInMilliseconds",
      release: "release",
    },
    idle: [POOL_KEY, ...WITHOUT_EFFECT],
    prefix: /^hystrix\.(command|threadpool)\..+\.$/i,
  },
};

/** A name without what spellings differ in: capitals, points, `_`, and the `with` of setters. */
export function plainName(name: string): string {
  return name
    .replace(/^with(?=[A-Z])/, "")
    .replaceAll(/[^a-z0-9]/gi, "")
    .toLowerCase();
}
