import type { ServiceSpec } from "../../protocol/spec.ts";

/** What a service's breaker becomes in a library. */
export interface Nearest<S> {
  readonly settings: S;
  /** Sentences on what is not the same there. */
  readonly notes: readonly string[];
}

/** Where a service has no limit of concurrent calls: as many as hardly ever run. */
export const NO_LIMIT = 10_000;

/** Settings of the layers around the breaker that a library does not have. */
export function otherLayers(service: ServiceSpec, library: string): string[] {
  const layers = { retry: "retry", hedge: "hedge", rateLimit: "rateLimit" } as const;
  const names = Object.values(layers).filter((layer) => service[layer] !== undefined);
  const notes = names.map((name) => `\`${name}\` has no equivalent in ${library}; it is left out.`);
  const { breaker, fallback, bulkhead } = service;
  if (fallback) notes.push("`fallback` is a function in the code there; it is left out.");
  const isHystrix = breaker?.engine === "hystrix" || breaker?.engine === "hystrix-go";
  if (bulkhead && isHystrix) {
    notes.push(`\`bulkhead\` is left out: the breaker limits concurrent calls by itself.`);
  }
  if (bulkhead && !isHystrix && bulkhead.queue > 0) {
    notes.push(`The queue of \`bulkhead\` is left out; calls beyond the limit are rejected.`);
  }
  return notes;
}

/** What a cockatiel breaker is in the terms of both Hystrix libraries. */
export interface Proportional {
  /** Per cent, 1 to 100. */
  readonly percent: number;
  readonly volume: number;
  /** The window that it has. */
  readonly windowMs: number | undefined;
  readonly sleepMs: number;
  readonly concurrent: number;
  readonly notes: readonly string[];
}

type Cockatiel = Extract<
  NonNullable<ServiceSpec["breaker"]>,
  { engine: "consecutive" | "sampling" | "count" }
>;

/** The nearest that opens on a percentage of errors in a window of time. */
export function proportional(breaker: Cockatiel, service: ServiceSpec): Proportional {
  const concurrent = service.bulkhead?.concurrent ?? NO_LIMIT;
  const unlimited = service.bulkhead
    ? []
    : [`There is no limit of concurrent calls; the nearest is ${NO_LIMIT}.`];
  const common = { sleepMs: breaker.halfOpenAfter, concurrent };
  if (breaker.engine === "consecutive") {
    const note = `It opens after ${breaker.threshold} failures in a row; the nearest is as many requests in the window, all of which failed.`;
    const volume = breaker.threshold;
    return { ...common, percent: 100, volume, windowMs: undefined, notes: [note, ...unlimited] };
  }
  const exact = breaker.threshold * 100;
  // It opens above the threshold, and Hystrix at it.
  const percent = Math.min(100, Math.floor(exact) + 1);
  const opens = `It opens above ${round(exact)}% of failures; the nearest is at ${percent}%.`;
  if (breaker.engine === "count") {
    const volume = breaker.minimumCalls ?? breaker.size;
    const note = `Its window is the last ${breaker.size} calls; the nearest is one of time.`;
    return { ...common, percent, volume, windowMs: undefined, notes: [opens, note, ...unlimited] };
  }
  const { minimumRps = 0 } = breaker;
  const perSecond = minimumRps > 0 ? minimumRps : 5 / breaker.threshold;
  const volume = Math.max(1, Math.ceil((perSecond * breaker.duration) / 1000));
  return { ...common, percent, volume, windowMs: breaker.duration, notes: [opens, ...unlimited] };
}

const round = (value: number) => Math.round(value * 1e6) / 1e6;
