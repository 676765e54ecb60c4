/* What is found in Go code that uses github.com/afex/hystrix-go. Plain data, no syntax trees. */

/** The fields of hystrix-go's `CommandConfig`, by the names that a cluster file gives them. */
export const GO_SETTINGS = {
  timeout: "Timeout",
  maxConcurrentRequests: "MaxConcurrentRequests",
  requestVolumeThreshold: "RequestVolumeThreshold",
  sleepWindow: "SleepWindow",
  errorPercentThreshold: "ErrorPercentThreshold",
} as const;
export type GoSetting = keyof typeof GO_SETTINGS;
export type GoSettings = Readonly<Partial<Record<GoSetting, number>>>;

/** A range of a file; lines and columns from 0. */
export interface CodePlace {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** What is to be said of a place in the code. */
export interface CodeFinding extends CodePlace {
  /** `warning`: the program does something that nobody wants. `note`: it is not known here. */
  readonly severity: "warning" | "note";
  readonly message: string;
}

/** The settings of one command, as far as the code tells. */
export interface CommandSettings {
  /** Those that are written down and in range; a 0 is left out, as it means the default. */
  readonly settings: GoSettings;
  /** Sentences on settings that are not known from the code alone. */
  readonly unknown: readonly string[];
  /** Sentences on settings that no breaker can have. */
  readonly invalid: readonly string[];
}

/** One command's configuration: a call of `ConfigureCommand`, or an entry of `Configure`'s map. */
export interface CommandConfiguration extends CommandSettings, CodePlace {
  readonly name: string;
}

/** A call of `Go`, `Do`, `GoC` or `DoC`. */
export interface CommandUse extends CodePlace {
  readonly name: string;
  /** What the code says of its traffic. */
  readonly traffic: CodeTraffic;
}

/** How calls come: so many a second, or loops that call, wait for the answer and pause. */
export type CallPattern =
  | { readonly kind: "rate"; readonly perSecond: number }
  | { readonly kind: "loops"; readonly loops: number; readonly pauseMs: number };

/** The traffic of one use, as far as the code tells. Absent: it does not. */
export interface CodeTraffic {
  readonly pattern?: CallPattern;
  /** Calls in all. */
  readonly calls?: number;
  /** How long the function that is run sleeps. */
  readonly latencyMs?: number;
  /** Share of 1 of the calls that fail. */
  readonly errorRate?: number;
  /** Where in the code each of it stands, in words such as `pause of 50ms (line 12)`. */
  readonly because: readonly string[];
}

/** What one Go file has of hystrix-go. */
export interface HystrixCode {
  readonly configurations: readonly CommandConfiguration[];
  readonly uses: readonly CommandUse[];
  /** In the order of the text. */
  readonly findings: readonly CodeFinding[];
}

export const NO_CODE: HystrixCode = { configurations: [], uses: [], findings: [] };
