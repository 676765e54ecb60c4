import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FuseboardError } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import type { BalancerId, ServiceSpec } from "../protocol/spec.ts";
import type { LoggedTry } from "./contract.ts";
import { freePort } from "./free-port.ts";
import { openLogSocket } from "./log-socket.ts";
import type { PlaneDeps } from "./plane-deps.ts";
import type { ProgramKind, ProgramServer, RunningProgram } from "./program.ts";
import { startProgram } from "./program-process.ts";
import { findProgram, missingMessage } from "./programs.ts";

/** What is launched. */
export interface Launch {
  readonly kind: ProgramKind;
  readonly service: string;
  readonly spec: ServiceSpec;
  readonly algorithm: BalancerId;
  readonly retries: boolean;
}

/** A program that serves on a port of 127.0.0.1. */
export interface Launched extends RunningProgram {
  readonly port: number;
}

/** A port that was free may be taken before the program has it. */
const TRIES = 3;

/**
 * Starts a program in a folder of its own; both go with the scope. Rejects with a FuseboardError
 * when it is not installed, or with its own words when it cannot run.
 */
export async function launch(
  what: Launch,
  servers: readonly ProgramServer[],
  deps: PlaneDeps,
  to: { readonly scope: Scope; logged(key: string, tries: readonly LoggedTry[]): void },
): Promise<Launched> {
  const { kind, service } = what;
  const { env, platform } = deps;
  const path = findProgram(kind.id, env, platform);
  if (path === undefined) {
    throw new FuseboardError("program-missing", missingMessage(kind, service, platform));
  }
  for (let tries = 1; ; tries++) {
    const scope = to.scope.child();
    try {
      return await start(scope);
    } catch (error) {
      await scope.dispose();
      const taken = error instanceof Error && /in use|cannot bind/i.test(error.message);
      if (!taken || tries === TRIES) throw error;
    }
  }

  async function start(scope: Scope): Promise<Launched> {
    const folder = await mkdtemp(join(await realpath(tmpdir()), `fuseboard-${kind.id}-`));
    const account = deps.account();
    account.folderMade(folder);
    scope.add(async () => {
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      account.folderGone(folder);
    });
    const { promise: program, resolve } = Promise.withResolvers<RunningProgram>();
    const logPort = await openLogSocket((line) => {
      void program.then((running) => to.logged(line.key ?? "", running.readLog(line)));
    }, scope);
    const port = await freePort();
    const { spec, algorithm, retries } = what;
    const spawn = (args: readonly string[], of: Scope) =>
      startProgram(path ?? kind.id, args, folder, account, of);
    const setup = { spec, algorithm, retries, folder, port, logPort, spawn };
    const started = await kind.start(setup, servers, scope);
    resolve(started);
    // When it has ended, nothing of it is needed any more.
    void started.process.exited.then(() => scope.dispose());
    return {
      port,
      process: started.process,
      apply: (next) => started.apply(next),
      quit: () => started.quit(),
      readLog: (line) => started.readLog(line),
    };
  }
}
