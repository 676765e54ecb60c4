import type { ResilienceId } from "../protocol/configuration-requests.ts";
import type { BreakerFile, ServiceFile, ServiceSpec } from "../protocol/spec.ts";

/** What a reader has to say about a line of a configuration. Lines and columns are 1-based. */
export interface Finding {
  /** The file, as it was named to the reader or by an `include`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The column after the last character; absent: to the end of the line. */
  readonly endColumn?: number;
  /**
   * `error`: the program would not start with it, in its own words where it has some.
   * `warning`: it has no equivalent here; the message names the nearest there is.
   * `note`: it is read, and means something else or nothing here.
   */
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
}

/** One group of servers of a configuration: nginx's `upstream`, HAProxy's `backend` or `listen`. */
export interface ImportedService {
  /** Its name in the configuration. */
  readonly name: string;
  /** Name of the service in a cluster file, where its own cannot be one or is taken. */
  readonly serviceName?: string;
  readonly file: string;
  /** The line of its first word, and of its end. 1-based. */
  readonly line: number;
  readonly endLine: number;
  /** What it is in a cluster file; parses as a ServiceSpec. */
  readonly service: ServiceFile;
}

export interface Imported {
  /** In the order of the configuration; only those without errors. */
  readonly services: readonly ImportedService[];
  /** In the order of files and lines. */
  readonly findings: readonly Finding[];
}

/** A configuration to read, and the files that it includes. */
export interface ConfigurationSource {
  /** Absolute, or a name for text from elsewhere. */
  readonly path: string;
  readonly text: string;
  /** Release whose defaults and grammar apply, such as `1.22`; absent: the newest. */
  readonly version?: string | undefined;
  /**
   * Files that match an `include`, which may have wildcards; paths are as the program resolves
   * them. Absent: includes are reported and left out.
   */
  include?(pattern: string): readonly IncludedFile[];
}

/** A file that an `include` names, or why it cannot be read, as the system says it. */
export type IncludedFile = { readonly path: string } & (
  { readonly text: string } | { readonly problem: "is a directory" | "must not be read" }
);

export interface Exported {
  readonly text: string;
  /** What could not be written and the nearest that was; `file` is the service's name, line 1. */
  readonly findings: readonly Finding[];
}

/** One program's configuration; an entry of `interop/index.ts`. */
export interface ConfigurationFormat {
  readonly id: "nginx" | "haproxy" | "envoy";
  /** Such as `nginx`. */
  readonly label: string;
  /** Whether a file looks like one of this format; by name, and where that is not enough by text. */
  recognises(path: string, text: string): boolean;
  /** Never throws and never hangs, whatever the text; absent: it can only be written. */
  read?(source: ConfigurationSource): Imported;
  /** Writes services, by name, as the newest release, or `version`, of the program reads them. */
  write(services: Readonly<Record<string, ServiceSpec>>, version?: string): Exported;
}

/** One command of a Hystrix library, as its configuration sets it. */
export interface ImportedCommand {
  /** Its name there; `default` where a file only speaks of all commands. */
  readonly name: string;
  /** What the name becomes in a cluster file, whose names know no dots and underscores. */
  readonly serviceName: string;
  /** The line of its first setting. 1-based. */
  readonly line: number;
  /** Its engine, and the settings that differ from the library's defaults. */
  readonly breaker: BreakerFile;
}

export interface ImportedCommands {
  /** In the order of the file. */
  readonly commands: readonly ImportedCommand[];
  /** In the order of lines. */
  readonly findings: readonly Finding[];
}

/** Settings of breakers, which are put into services; an entry of `interop/hystrix/index.ts`. */
export interface ResilienceFormat {
  readonly id: ResilienceId;
  /** Such as `hystrix-go`. */
  readonly label: string;
  /** Whether a file looks like one of this format; absent: it can only be written here. */
  recognises?(path: string, text: string): boolean;
  /** Never throws and never hangs, whatever the text. */
  read?(source: ConfigurationSource): ImportedCommands;
  /** Writes the breakers of services, by name. */
  write(services: Readonly<Record<string, ServiceSpec>>): Exported;
}
