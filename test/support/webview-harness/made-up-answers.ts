import type { RequestClient } from "../../../simulator/protocol/channel.ts";
import type { LayerPicture } from "../../../simulator/protocol/layer-model.ts";
import type {
  BreakerStatus,
  BreakerTransition,
  BreakerWindow,
  Snapshot,
  WindowBar,
  WindowCall,
} from "../../../simulator/protocol/model.ts";
import type { RequestResult } from "../../../simulator/protocol/requests.ts";

/** Answers what the webview asks about a cluster that was made up. Orders change nothing. */
export function madeUpAnswers(snapshot: () => Snapshot): RequestClient {
  const answer = (name: string, params: Record<string, unknown>): unknown => {
    const state = snapshot();
    const service = typeof params.service === "string" ? params.service : "";
    switch (name) {
      case "snapshot":
        return state;
      case "inspectService":
        return inspection(service, state);
      case "breakerTransitions":
        return {
          transitions: transitions(
            state.services[service]?.breaker?.transitions ?? 0,
            state.services[service]?.breaker?.engine ?? "",
            state.at,
          ),
        };
      case "trace":
        return { calls: state.calls.filter(({ id }) => id === params.call) };
      case "findCalls":
        return { calls: state.calls };
      case "instanceLog":
        return { lines: [] };
      default:
        return null;
    }
  };
  return {
    request: (name, params) =>
      Promise.resolve(answer(name, (params ?? {}) as Record<string, unknown>) as never),
  };
}

function inspection(service: string, state: Snapshot): RequestResult<"inspectService"> {
  const engine = state.services[service]?.breaker?.engine ?? "";
  const titles: Record<string, string> = {
    "hystrix-go": "hystrix-go",
    hystrix: "Netflix Hystrix",
    sampling: "cockatiel, sampling",
    consecutive: "cockatiel, consecutive",
  };
  return {
    balancer: {
      title: "round robin",
      explanation: "Each instance in turn.",
      picture: { columns: [], rows: [], waiting: 0 },
    },
    decisions: [],
    breaker: {
      title: titles[engine] ?? engine,
      window: windowOf(engine, state.at),
      rule: "opens at 50% errors of at least 20 requests in the last 10s",
    },
    layers: service === "payments" ? layers() : [],
  };
}

/** A window as the engine would tell it. */
function windowOf(engine: string, at: number): BreakerWindow {
  if (engine === "consecutive") {
    const bars = [{ successes: 0, failures: 3, counted: true }];
    return { bars, requests: 3, errors: 3, value: 3, unit: "in a row", threshold: 4, opens: "at" };
  }
  const netflix = engine === "hystrix";
  const count = netflix ? 20 : 10;
  const ms = netflix ? 500 : 1000;
  const bars = Array.from({ length: count }, (_, i): WindowBar => {
    const failures = i < count / 3 ? 0 : ((i * 7) % 4) + (i > count - 3 ? 2 : 0);
    return {
      from: at - (count - i) * ms,
      ms,
      successes: 4 - Math.min(4, Math.floor(i / (count / 5))),
      failures,
      ...(engine.startsWith("hystrix") && {
        timeouts: failures > 1 ? 1 : 0,
        shortCircuits: failures > 2 ? 1 : 0,
        rejections: failures > 3 ? 1 : 0,
      }),
      counted: !(netflix && i === count - 1),
    };
  });
  const errors = bars.reduce((sum, bar) => sum + bar.failures, 0);
  const requests = errors + bars.reduce((sum, bar) => sum + bar.successes, 0);
  return {
    bars,
    requests,
    errors,
    value: Math.round((errors / requests) * 100),
    unit: "percent",
    threshold: 50,
    opens: "at",
    volume: netflix ? 60 : 20,
  };
}

const STATES: readonly BreakerStatus[] = [
  "closed",
  "open",
  "closed",
  "forced-open",
  "closed",
  "open",
  "open",
  "half-open",
];

function transitions(count: number, engine: string, at: number): BreakerTransition[] {
  return Array.from({ length: count }, (_, i): BreakerTransition => {
    const from = STATES[(i + (count % 2 ? 0 : 1)) % 6] ?? "closed";
    const to = i === count - 1 ? "open" : (STATES[(i + 1) % 6] ?? "open");
    const time = at - (count - i) * 31_000;
    const calls = Array.from({ length: i === 1 ? 200 : 24 }, (__, n): WindowCall => {
      const error = n > 6 && n % 3 !== 1;
      return {
        call: (0xabc000 + n).toString(16).padStart(16, "0"),
        at: time - (24 - n) * 300,
        outcome: error
          ? ((["failure", "timeout", "short-circuit"] as const)[n % 3] ?? "failure")
          : "success",
        instance: `payments-${String(1 + (n % 3))}`,
        error,
      };
    });
    return {
      id: i + 1,
      at: time,
      engine,
      from: i === count - 1 ? "closed" : from,
      to,
      cause: to === "forced-open" ? "by-hand" : "threshold",
      reason:
        to === "open"
          ? "14 of 24 requests in the last 10s were errors: 58% is at or above 50%, and 20 are needed."
          : to === "forced-open"
            ? "It was tripped by hand."
            : "The single test succeeded.",
      window: windowOf(engine, time),
      calls,
      ...(to === "open" && { call: calls.at(-1)?.call }),
    };
  });
}

function layers(): LayerPicture[] {
  const layer = (
    id: LayerPicture["id"],
    title: string,
    settings: string,
    counts: readonly [number, number, number, number],
    figures: Record<string, number> = {},
  ): LayerPicture => ({
    id,
    title,
    settings,
    entered: counts[0] + counts[1] + counts[3],
    succeeded: counts[0],
    failed: counts[1],
    refused: counts[2],
    inside: counts[3],
    figures: Object.entries(figures).map(([name, value]) => ({ name, value })),
  });
  return [
    layer("fallback", "Fallback", "value", [1204, 0, 0, 3], { fallbacks: 190 }),
    layer("rate-limit", "Rate limit", "200/s, burst 50", [1140, 64, 12, 3], { tokens: 37 }),
    layer("retry", "Retry", "3 attempts, exponential from 50ms, budget 20%", [1010, 182, 0, 3], {
      retries: 216,
      "not in budget": 4,
    }),
    layer("hedge", "Hedge", "after 80ms, 2 attempts", [1180, 240, 0, 4], { hedges: 61, won: 22 }),
    layer("breaker", "Circuit breaker", "hystrix-go", [1180, 240, 48, 4]),
    layer("bulkhead", "Bulkhead", "20 at the same time, 10 wait", [1180, 192, 0, 4], { queued: 0 }),
    layer("timeout", "Timeout", "400ms", [1180, 192, 0, 4], { timeouts: 31 }),
  ];
}
