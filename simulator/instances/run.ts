import type { Scope } from "../kernel/scope.ts";
import type { Prepared, RunningProcess } from "../runtimes/contract.ts";
import { describeExit } from "./describe-exit.ts";
import type { InstanceDeps, InstanceSeed, StartResult } from "./instance-contract.ts";
import type { Keeping } from "./keeping.ts";
import type { LineRing } from "./line-ring.ts";

/** One life of an instance's process. */
export interface Run {
  readonly process: RunningProcess;
  readonly scope: Scope;
  readonly startedAt: number;
  /** Where it serves, once it does. */
  address?: { readonly host: string; readonly port: number };
  /** What was asked of it, and so what its end means. */
  intent: "serve" | "stop" | "kill";
  stopping?: Promise<void>;
}

/** Whose life it is. */
export interface RunOwner {
  readonly keeping: Keeping;
  readonly lines: LineRing;
  /** Says how the start went; only the first result counts. */
  settle(result: StartResult): void;
  /** It listens; resolves with how its registration went. Never rejects. */
  serves(run: Run, host: string, port: number): Promise<StartResult>;
  /** The process is gone. */
  ended(run: Run, exit: string): void;
}

/** It is told to start this long before it is given up: a loop at the top of a file. */
const START_TIMEOUT_MS = 15_000;

/** Starts the process; it is killed with the scope. Throws a FuseboardError when it cannot. */
export function startRun(
  prepared: Prepared,
  scope: Scope,
  seed: InstanceSeed,
  { ledger, leaseTtlMs, clock, log }: InstanceDeps,
  owner: RunOwner,
): Run {
  const { keeping, lines } = owner;
  const startedAt = clock.now();
  const { id: instance, service, slot, token } = seed;
  const giveUp = () => {
    // Whoever steps through the top of a file takes time.
    if (keeping.debugged) {
      timer = setTimeout(giveUp, START_TIMEOUT_MS);
      return;
    }
    const message = `${instance} did not begin to serve within ${String(START_TIMEOUT_MS / 1000)}s. Does its file wait for something, or loop?`;
    owner.settle({ kind: "failed", message });
    void scope.dispose();
  };
  let timer = setTimeout(giveUp, START_TIMEOUT_MS);
  scope.add(() => {
    clearTimeout(timer);
  });
  const process = prepared.start(
    { instance, service, slot, token, beatMs: leaseTtlMs / 3 },
    {
      listening: (port, host = "127.0.0.1") => {
        clearTimeout(timer);
        void owner.serves(run, host, port).then((result) => owner.settle(result));
      },
      beat: () => keeping.beat(),
      inspected: (url) => keeping.inspected(url),
      printed: (stream, line, call) => {
        if (stream === "stderr" && keeping.caused(line)) return;
        lines.add({ at: clock.now(), stream, line });
        const printed = { kind: "instance-printed" as const, instance, stream, line };
        log.append({ ...printed, ...(call !== undefined && { call }) });
      },
      failed: (message, location) => {
        owner.settle({ kind: "failed", message, ...(location && { location }) });
      },
      exited: (code, signal) => {
        if (process.pid !== undefined) ledger.ended(process.pid);
        const exit = describeExit(code, signal);
        owner.settle(run.intent === "serve" ? { kind: "ended", exit } : { kind: "withdrawn" });
        owner.ended(run, exit);
      },
    },
    scope,
  );
  const run: Run = { process, scope, startedAt, intent: "serve" };
  if (process.pid !== undefined) ledger.started(process.pid);
  return run;
}
