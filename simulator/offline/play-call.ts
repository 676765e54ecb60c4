import type { AttemptResult } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { CommandOutcome } from "../protocol/command-run-model.ts";
import type { Circuit, CircuitPermit } from "../resilience/contract.ts";

/** How a run goes when nothing stops it. */
export interface PlayedRun {
  readonly ms: number;
  readonly ok: boolean;
}

/**
 * One call through a circuit, as the breaker's layer makes it: asks until it is admitted or
 * refused, keeps the engine's time limit, tells how it ended.
 * @param draw how the run goes, drawn when it begins
 */
export async function playCall(
  circuit: Circuit,
  clock: Clock,
  id: string,
  draw: () => PlayedRun,
): Promise<CommandOutcome> {
  for (;;) {
    const admission = circuit.admit(id);
    if (admission.kind === "refused") return admission.outcome;
    if (admission.kind === "admitted") return playRun(admission.permit, clock, draw);
    await admission.until;
  }
}

function playRun(
  permit: CircuitPermit,
  clock: Clock,
  draw: () => PlayedRun,
): Promise<"success" | "failure" | "timeout"> {
  const { limit, turn } = permit;
  return new Promise((resolve) => {
    let state: "waiting" | "running" | "over" = "waiting";
    let isLate = false;
    const end = (outcome: "success" | "failure" | "timeout", error?: string) => {
      cancelLimit?.();
      permit.ended(outcome, resultOf(outcome, error));
      resolve(outcome);
    };
    const finish = () => {
      if (state === "over") return;
      state = "over";
      permit.finished();
    };
    const cancelLimit =
      limit &&
      clock.after(limit.ms, () => {
        isLate = true;
        end("timeout", limit.error);
        if (limit.cancels && state === "running") finish();
      });
    const begin = () => {
      // Nobody waited until its turn came.
      if (isLate) {
        finish();
        return;
      }
      state = "running";
      const { ms, ok } = draw();
      clock.after(ms, () => {
        if (!isLate) end(ok ? "success" : "failure");
        finish();
      });
    };
    if (turn) void turn.then(begin);
    else begin();
  });
}

function resultOf(outcome: "success" | "failure" | "timeout", error?: string): AttemptResult {
  return { outcome, sent: true, ...(error !== undefined && { error }) };
}
