import { NetflixHystrix } from "../../simulator/protocol/hystrix-spec.ts";
import type { BreakerSpecOf } from "../../simulator/protocol/spec.ts";

/**
 * One thing that a timeline does; `t` in ms from its beginning. The library knows nothing of the
 * command before its first start: there is nothing to look at.
 */
export type TimelineEvent =
  | {
      readonly t: number;
      readonly do: "start";
      /** How long the run takes once it has a thread. */
      readonly ms: number;
      readonly ok: boolean;
      /** When its caller goes away, in ms from the start. */
      readonly cancelMs?: number;
    }
  | { readonly t: number; readonly do: "force"; readonly mode: "open" | "closed" | undefined }
  /** Says the figures of the metrics. */
  | { readonly t: number; readonly do: "look" };

/** A command with what is played through it. */
export interface HystrixTimeline {
  /** Those of the cluster file, without the engine. */
  readonly settings: Omit<Partial<BreakerSpecOf<"hystrix">>, "engine">;
  readonly fallback: "none" | "ok" | "fails";
  readonly events: readonly TimelineEvent[];
}

/** All its settings, with the defaults. */
export function specOf({ settings }: HystrixTimeline): BreakerSpecOf<"hystrix"> {
  return NetflixHystrix.parse({ engine: "hystrix", ...settings });
}

/** The line that `PlayHystrix.java` reads. */
export function lineOf(timeline: HystrixTimeline): string {
  const { release, engine: _, ...settings } = specOf(timeline);
  const pairs = Object.entries({ ...settings, fallback: timeline.fallback });
  const events = timeline.events.map((event) => {
    const head = `${event.do} ${String(event.t)}`;
    if (event.do === "look") return head;
    if (event.do === "force") return `${head} ${event.mode ?? "-"}`;
    const { ms, ok, cancelMs = -1 } = event;
    return `${head} ${String(ms)} ${ok ? "ok" : "fails"} ${String(cancelMs)}`;
  });
  const texts = pairs.map(([name, value]) => `${name}=${String(value)}`);
  return [`${release} ${texts.join(" ")}`, ...events].join(" ; ");
}
