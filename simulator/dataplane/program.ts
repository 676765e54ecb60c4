import type { BalancerId, Server, ServiceSpec } from "../protocol/spec.ts";
import type { Scope } from "../kernel/scope.ts";
import type { LoggedTry } from "./contract.ts";
import type { Prompted } from "./program-process.ts";

/** One server as a program is to have it now. */
export interface ProgramServer {
  readonly instance: string;
  /** Its place in the service, from 0. */
  readonly slot: number;
  /** Of its relay, on 127.0.0.1. */
  readonly port: number;
  /** Whole; 0 gets nothing new. */
  readonly weight: number;
  /** `drain`: nothing new; `down`: out. */
  readonly state: "ready" | "drain" | "down";
  /** What the cluster file says of it. */
  readonly server: Server;
}

/** What a program is started with. */
export interface ProgramSetup {
  readonly spec: ServiceSpec;
  /** One of the program's own. */
  readonly algorithm: BalancerId;
  /** Whether the program itself makes the retries that the service asks for. */
  readonly retries: boolean;
  /** A folder of its own, absolute; goes with it. */
  readonly folder: string;
  /** Where on 127.0.0.1 to listen. */
  readonly port: number;
  /** UDP port of 127.0.0.1 that takes its log. */
  readonly logPort: number;
  /** Starts it with these arguments; it is killed when the scope ends. */
  spawn(args: readonly string[], scope: Scope): Prompted;
}

/** A program that serves. */
export interface RunningProgram {
  readonly process: Prompted;
  /**
   * Has it use these servers; resolves when no call goes by the former ones any more. Rejects with
   * a {@link RestartNeeded} when that takes a new start.
   */
  apply(servers: readonly ProgramServer[]): Promise<void>;
  /** Asks it to finish what is under way, and to exit. */
  quit(): void;
  /** The key of the request that a line of its log is about, and the attempts by it. */
  readLog(line: Readonly<Record<string, string>>): readonly LoggedTry[];
}

/** What has changed cannot be told to the running program. */
export class RestartNeeded extends Error {
  override readonly name = "RestartNeeded";
}

/** What a program makes of an algorithm: its own, and whether that picks the same way. */
export interface ProgramAlgorithm {
  readonly runs: BalancerId;
  readonly same: boolean;
}

/** One installed program that can balance; an entry of `programs.ts`. */
export interface ProgramKind {
  readonly id: "nginx" | "haproxy";
  readonly label: string;
  /** What installs it, by platform; undefined where there is no such program. */
  readonly install: (platform: NodeJS.Platform) => string | undefined;
  /** Its own algorithm for one of the cluster file. */
  algorithmFor(algorithm: BalancerId): ProgramAlgorithm;
  /** A sentence on what is not as it would be without the relays; undefined: all is. */
  caveat?(algorithm: BalancerId): string | undefined;
  /** Starts it; resolves when it serves. Rejects with its own words when it cannot. */
  start(
    setup: ProgramSetup,
    servers: readonly ProgramServer[],
    scope: Scope,
  ): Promise<RunningProgram>;
}
