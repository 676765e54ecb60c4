import type { ServiceFile, ServiceSpec } from "../protocol/spec.ts";

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
  include?(pattern: string): readonly { readonly path: string; readonly text: string }[];
}

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
