import type { AttemptOutcome, CallTrace, Outcome } from "../../simulator/protocol/model.ts";
import type { CallFilter } from "../view-state.ts";

/** One piece of a row. Times are ms from the row's start; lanes count from the top. */
export type Bar =
  | {
      readonly kind: "attempt";
      readonly key: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly lane: number;
      /** Lanes that it covers: more than one around calls made at the same time. */
      readonly lanes: number;
      /** 0 for the row's own call, 1 for those made while it was answered, … */
      readonly depth: number;
      /** Whether calls were made during it: it is drawn around them. */
      readonly around: boolean;
      /** When the first of those began. */
      readonly innerMs: number | undefined;
      readonly service: string;
      readonly instance: string | undefined;
      readonly outcome: AttemptOutcome | undefined;
      readonly status: number | undefined;
    }
  | {
      readonly kind: "backoff" | "fallback";
      readonly key: string;
      readonly fromMs: number;
      readonly toMs: number;
      readonly lane: number;
      readonly depth: number;
    };

/** One call of a user and everything that happened because of it. */
export interface Row {
  readonly call: CallTrace;
  readonly bars: readonly Bar[];
  readonly lanes: number;
  readonly durationMs: number;
  readonly services: ReadonlySet<string>;
  readonly retries: number;
}

/** Newest first: one row for each call that was not made during another one that is known. */
export function rowsOf(calls: readonly CallTrace[], now: number, most: number): Row[] {
  const known = new Set(calls.map((call) => call.id));
  const children = Map.groupBy(calls, (call) => call.parent ?? "");
  const roots = calls.filter((call) => !call.parent || !known.has(call.parent));
  return roots
    .toSorted((a, b) => b.startedAt - a.startedAt)
    .slice(0, most)
    .map((call) => rowOf(call, children, now));
}

/** The row of one call. */
export function rowOf(
  call: CallTrace,
  children: ReadonlyMap<string, readonly CallTrace[]>,
  now: number,
): Row {
  const bars: Bar[] = [];
  const services = new Set<string>();
  const lanes = place(call, { children, now, start: call.startedAt, bars, services }, 0, 0);
  const durationMs = Math.max(endOf(call, now) - call.startedAt, ...bars.map((bar) => bar.toMs));
  const retries = Math.max(0, call.attempts.length - 1);
  const inner = descendants(call, children).reduce(
    (n, c) => n + Math.max(0, c.attempts.length - 1),
    0,
  );
  return { call, bars, lanes, durationMs, services, retries: retries + inner };
}

interface Sheet {
  readonly children: ReadonlyMap<string, readonly CallTrace[]>;
  readonly now: number;
  readonly start: number;
  readonly bars: Bar[];
  readonly services: Set<string>;
}

/** Draws a call from `lane` on; says how many lanes it took. */
function place(call: CallTrace, sheet: Sheet, lane: number, depth: number): number {
  sheet.services.add(call.service);
  const end = endOf(call, sheet.now);
  const { fallback } = call;
  let lanes = 1;
  call.attempts.forEach((attempt, i) => {
    const next = call.attempts[i + 1]?.startedAt ?? fallback?.startedAt ?? end;
    const to = attempt.endedAt ?? Math.max(attempt.startedAt, next);
    const inner = (sheet.children.get(call.id) ?? []).filter(
      (child) =>
        child.startedAt >= attempt.startedAt &&
        (child.startedAt < next || i === call.attempts.length - 1),
    );
    const innerLanes = pack(inner, sheet, lane, depth + 1);
    lanes = Math.max(lanes, innerLanes);
    const fromMs = attempt.startedAt - sheet.start;
    sheet.bars.push({
      kind: "attempt",
      key: `${call.id}.${String(attempt.number)}`,
      fromMs,
      toMs: to - sheet.start,
      lane,
      lanes: Math.max(1, innerLanes),
      depth,
      around: inner.length > 0,
      innerMs:
        inner.length > 0 ? Math.min(...inner.map((c) => c.startedAt)) - sheet.start : undefined,
      service: call.service,
      instance: attempt.instance,
      outcome: attempt.outcome,
      status: attempt.status,
    });
    if (attempt.backoffMs !== undefined && attempt.backoffMs > 0) {
      const until = call.attempts[i + 1]?.startedAt ?? to + attempt.backoffMs;
      sheet.bars.push({
        kind: "backoff",
        key: `${call.id}.${String(attempt.number)}b`,
        fromMs: to - sheet.start,
        toMs: until - sheet.start,
        lane,
        depth,
      });
    }
  });
  if (fallback) {
    sheet.bars.push({
      kind: "fallback",
      key: `${call.id}.f`,
      fromMs: fallback.startedAt - sheet.start,
      toMs: Math.max(end, fallback.startedAt) - sheet.start,
      lane,
      depth,
    });
  }
  return lanes;
}

/** Calls made one after the other share a lane; those at the same time get their own. */
function pack(calls: readonly CallTrace[], sheet: Sheet, lane: number, depth: number): number {
  const free: number[] = [];
  let taken = 0;
  for (const call of calls.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const at = free.findLastIndex((until) => until > call.startedAt) + 1;
    const lanes = place(call, sheet, lane + at, depth);
    const end = Math.max(endOf(call, sheet.now), call.startedAt + 0.001);
    for (let i = at; i < at + lanes; i++) free[i] = Math.max(free[i] ?? 0, end);
    taken = Math.max(taken, at + lanes);
  }
  return taken;
}

function endOf(call: CallTrace, now: number): number {
  return call.endedAt ?? Math.max(now, call.startedAt);
}

function descendants(
  call: CallTrace,
  children: ReadonlyMap<string, readonly CallTrace[]>,
): CallTrace[] {
  return (children.get(call.id) ?? []).flatMap((child) => [child, ...descendants(child, children)]);
}

const FAILED: ReadonlySet<Outcome> = new Set([
  "failure",
  "timeout",
  "short-circuit",
  "rejected",
  "unavailable",
]);
/** Outcomes that the filter *Failed* shows. */
export const FAILED_OUTCOMES: readonly Outcome[] = [...FAILED];

/** Whether a row passes a filter: also for what happened in the calls within. */
export function passes(row: Row, filter: CallFilter, service: string | undefined): boolean {
  if (service !== undefined && !row.services.has(service)) return false;
  switch (filter) {
    case "all":
      return true;
    case "retried":
      return row.retries > 0;
    case "fallback":
      return row.bars.some((bar) => bar.kind === "fallback");
    case "failed":
      return row.call.outcome !== undefined && FAILED.has(row.call.outcome);
  }
}
