import type { StreamCommand, StreamPool, StreamState } from "./stream-model.ts";

/** What a stream has told of since the last report. */
export interface StreamReport {
  readonly commands: readonly StreamCommand[];
  readonly pools: readonly StreamPool[];
  readonly goneCommands: readonly string[];
  readonly gonePools: readonly string[];
  readonly leftOut: number;
}

/** A stream after one more report. */
export function withReport(stream: StreamState, report: StreamReport): StreamState {
  return {
    ...stream,
    commands: merged(stream.commands, report.commands, report.goneCommands),
    pools: merged(stream.pools, report.pools, report.gonePools),
    leftOut: report.leftOut,
  };
}

function merged<T extends { readonly name: string }>(
  known: Readonly<Record<string, T>>,
  told: readonly T[],
  gone: readonly string[],
): Record<string, T> {
  const all = new Map(Object.entries(known));
  for (const each of told) all.set(each.name, each);
  for (const name of gone) all.delete(name);
  return Object.fromEntries(all);
}
