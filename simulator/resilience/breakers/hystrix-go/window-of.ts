import type { BreakerWindow } from "../../../protocol/breaker-model.ts";
import type { BreakerSpecOf } from "../../../protocol/breaker-spec.ts";
import type { CommandCounters, Moment } from "./command-counters.ts";

/** The seconds that the counters read, and what the library makes of them. */
export function windowOf(
  counters: CommandCounters,
  spec: BreakerSpecOf<"hystrix-go">,
  at: Moment,
): BreakerWindow {
  const { counts } = counters;
  const now = at.second;
  return {
    bars: counts.seconds(now).map((second) => ({
      from: second * 1000,
      ms: 1000,
      successes: counts.in("successes", second, now),
      failures: counts.in("errors", second, now),
      timeouts: counts.in("timeouts", second, now),
      rejections: counts.in("rejects", second, now),
      shortCircuits: counts.in("shortCircuits", second, now),
      counted: true,
    })),
    requests: counts.sum("requests", now),
    errors: counts.sum("errors", now),
    value: counters.errorPercent(at),
    unit: "percent",
    threshold: spec.errorPercentThreshold,
    opens: "at",
    volume: spec.requestVolumeThreshold,
  };
}
