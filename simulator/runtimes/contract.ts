import type { Scope } from "../kernel/scope.ts";
import type { ServiceSpec } from "../protocol/spec.ts";

/** What every process of a cluster must know. */
export interface ClusterContext {
  /** Absolute path of the folder that the spec's paths are relative to. */
  readonly root: string;
  /** The gateway's URL, without a slash at the end. */
  readonly gateway: string;
  /** Absolute path of the `node` that runs functions. */
  readonly node: string;
  /** Environment that `node` needs besides, such as ELECTRON_RUN_AS_NODE. */
  readonly nodeEnv: Readonly<Record<string, string>>;
  /** Absolute path of a folder for compiled code; may be deleted at any time. */
  readonly cacheDir: string;
}

/** What one process is told. */
export interface ProcessOptions {
  readonly instance: string;
  readonly service: string;
  /** Its place among the instances of its service, from 0. */
  readonly slot: number;
  /** Sent as `x-fuseboard-token` with calls to the gateway, which knows the caller by it. */
  readonly token: string;
  /** Longest time between two `beat`s, in ms. */
  readonly beatMs: number;
}

/** What a process tells while it runs; each may come at any time until `exited`, the last. */
export interface ProcessEvents {
  /** It listens on the port of 127.0.0.1, or of another IP address of this machine. At most once. */
  listening(port: number, host?: string): void;
  /** It is alive by its own word; keeps its lease. A frozen process is silent. */
  beat(): void;
  /**
   * Its event loop turns, and its inspector is open at this `ws://` URL: told ten times a second
   * then. Undefined: the inspector was closed.
   */
  inspected?(url: string | undefined): void;
  /** One line without its end. Longer ones are cut, floods are thinned with a note. */
  printed(stream: "stdout" | "stderr" | "log", line: string, call?: string): void;
  /** It cannot serve: a sentence, and where to mend it. It exits by itself afterwards. */
  failed(message: string, location?: { file: string; line?: number; column?: number }): void;
  /** The process ended; two times null: it was let go, being none of ours. */
  exited(code: number | null, signal: NodeJS.Signals | null): void;
}

/** A started process, or a program of the user's that runs anyway. */
export interface RunningProcess {
  /** Undefined when it is not ours: then `stop` and `kill` let it go, and it runs on. */
  readonly pid: number | undefined;
  /** Graceful: finish what is under way, then exit; SIGKILL to its tree after graceMs. Resolves
   * when it is gone. */
  stop(graceMs: number): Promise<void>;
  /** SIGKILL to the process and all it started. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGSTOP; absent where the platform has none. */
  freeze?(): void;
  /** SIGCONT. */
  thaw?(): void;
}

/** A service made ready to be started any number of times. */
export interface Prepared {
  /** Files whose change makes it worth preparing again. Absolute. */
  readonly files: readonly string[];
  /** Starts one process; it is killed when the scope ends. Throws a FuseboardError when it cannot
   * be started at all. */
  start(options: ProcessOptions, events: ProcessEvents, scope: Scope): RunningProcess;
}

/** One way to run instances; an entry of `runtimes/index.ts`. */
export interface Runtime {
  readonly id: string;
  readonly label: string;
  /** Whether it is the one for the instance of a service at this place, from 0. */
  runs(spec: ServiceSpec, slot: number): boolean;
  /** Checks and compiles, for all places that it runs. Rejects with a FuseboardError whose location says where to mend it. */
  prepare(service: string, spec: ServiceSpec, context: ClusterContext): Promise<Prepared>;
}
