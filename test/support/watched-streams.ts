import { systemClock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import type { Snapshot, StreamState } from "../../simulator/protocol/model.ts";
import { emptySnapshot, reduce } from "../../simulator/protocol/reduce.ts";
import { AttachedStreams } from "../../simulator/streams/attached-streams.ts";

/** Streams that are attached, and what the eyes see of them. */
export interface WatchedStreams {
  readonly streams: AttachedStreams;
  readonly facts: readonly Fact[];
  /** Says where every instance serves from now on; undefined: none runs. */
  readonly serveAt: (port: number | undefined) => void;
  readonly attach: (url: string) => Promise<StreamState>;
  /** A stream as the facts tell of it. */
  readonly seen: (id?: string) => StreamState | undefined;
}

export function watchStreams(scope: Scope, silenceMs?: number): WatchedStreams {
  const log = new EventLog(systemClock);
  const facts: Fact[] = [];
  let snapshot: Snapshot = emptySnapshot();
  log.subscribe((fact) => {
    facts.push(fact);
    snapshot = reduce(snapshot, fact);
  });
  let served: { host: string; port: number } | undefined;
  const streams = new AttachedStreams({
    clock: systemClock,
    log,
    scope,
    addressOf: () => served,
    ...(silenceMs !== undefined && { silenceMs }),
  });
  return {
    streams,
    facts,
    serveAt: (port) => {
      served = port === undefined ? undefined : { host: "127.0.0.1", port };
    },
    attach: (url) => streams.attach({ url }),
    seen: (id = "stream-1") => snapshot.streams[id],
  };
}
