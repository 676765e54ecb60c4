import type { LoggedTry } from "../dataplane/contract.ts";
import type { Decision } from "../protocol/model.ts";
import type { AttemptResult } from "./contract.ts";

/** One attempt that an installed program made. */
export interface ProgramTry {
  /** Undefined: nobody knows. */
  readonly instance: string | undefined;
  readonly decision?: Decision | undefined;
  readonly startedAt: number;
  endedAt?: number;
  result?: AttemptResult;
  /** What the program's log says of it. */
  logged?: string;
  /** Whether the facts tell of it. */
  told: boolean;
}

/**
 * The attempts that arrived at instances together with those that only the log knows: their
 * connections were refused. In the log's order, but for what has been told already.
 */
export function inOrder(
  arrived: readonly ProgramTry[],
  log: readonly LoggedTry[],
  now: number,
): ProgramTry[] {
  const left = [...arrived];
  const tries: ProgramTry[] = [];
  // From the end: the log of the last attempt always says where it went.
  for (const { instance, text } of log.toReversed()) {
    const last = left.at(-1);
    if (last && (instance === undefined || instance === last.instance)) {
      last.logged = text;
      tries.unshift(last);
      left.pop();
    } else {
      const startedAt = tries[0]?.startedAt ?? arrived.at(-1)?.endedAt ?? now;
      tries.unshift({
        instance,
        startedAt,
        endedAt: startedAt,
        logged: text,
        told: false,
        result: {
          outcome: "unavailable",
          sent: false,
          error: `${instance ?? "An instance"} refused the connection.`,
        },
      });
    }
  }
  const all = [...left, ...tries];
  return [...all.filter(({ told }) => told), ...all.filter(({ told }) => !told)];
}
