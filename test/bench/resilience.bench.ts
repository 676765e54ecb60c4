// Microseconds per call through all layers, against the bare function and against cockatiel's own
// `wrap` of the same layers; a breaker of Hystrix with its timeout against opossum's. Smaller is
// better. Then what a call costs a breaker by the number of calls in its window: constant. Last,
// calls per second in virtual time, where bigger is better.
import {
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  fallback,
  handleWhenResult,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from "cockatiel";
import CircuitBreaker from "opossum";
import type { AttemptResult } from "../../simulator/call/contract.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { EngineCircuit } from "../../simulator/resilience/circuit.ts";
import type { Next } from "../../simulator/resilience/contract.ts";
import { hasFailed } from "../../simulator/resilience/failed.ts";
import { ServiceGuard } from "../../simulator/resilience/guard.ts";
import { BreakerLayer } from "../../simulator/resilience/layers/breaker.ts";
import type { Bench, Figure } from "../support/bench.ts";
import { BareCall, type Bare } from "./bare-call.ts";
import { offlineCallsPerSecond } from "./offline.ts";
import { callInFullWindow, enginesOf } from "./windows.ts";
import { microsecondsOfEach } from "./interleaved.ts";

const ANSWER: AttemptResult = { outcome: "success", sent: true };
const bare: Bare = () => Promise.resolve(ANSWER);

/** Calls in the window of a breaker. */
const FEW = 100;
const MANY = [10_000, 100_000];
const OFFLINE_CALLS = 1_000_000;

const FIVE: Partial<ServiceFile> = {
  fallback: { value: null },
  retry: { attempts: 2, backoff: "exponential" },
  breaker: { engine: "consecutive", threshold: 5 },
  bulkhead: { concurrent: 10, queue: 10 },
  timeout: "1s",
};
const SEVEN: Partial<ServiceFile> = {
  ...FIVE,
  rateLimit: { perSecond: 1_000_000, burst: 1_000_000 },
  hedge: { after: "500ms" },
};

const measure: Bench = async (scope, report) => {
  await layers(report);
  await hystrix(report);
  await windows(report);
  for (const engine of ["hystrix-go", "hystrix"] as const) {
    report({
      metric: `calls per second offline, ${engine}, of ${String(OFFLINE_CALLS)}`,
      ours: await offlineCallsPerSecond(scope, engine, OFFLINE_CALLS),
      peer: "limit",
      theirs: 100_000,
    });
  }
};

async function layers(report: (figure: Figure) => void): Promise<void> {
  const failed = handleWhenResult((result) => hasFailed(result as AttemptResult));
  const policy = wrap(
    fallback(failed, null),
    retry(failed, { maxAttempts: 1 }),
    circuitBreaker(failed, { halfOpenAfter: 5000, breaker: new ConsecutiveBreaker(5) }),
    bulkhead(10, 10),
    timeout(1000, TimeoutStrategy.Aggressive),
  );
  const [five, seven] = [guardOf(FIVE), guardOf(SEVEN)];
  const took = await microsecondsOfEach(
    new Map([
      ["bare", () => bare()],
      ["five", () => five.run(new BareCall(bare))],
      ["seven", () => seven.run(new BareCall(bare))],
      ["cockatiel", () => policy.execute(({ signal }) => bare(signal))],
    ]),
  );
  for (const [name, text] of [
    ["five", "fallback, retry, breaker, bulkhead, timeout"],
    ["seven", "all seven layers"],
  ] as const) {
    const metric = `µs per call through ${text}`;
    const ours = took.get(name) ?? Number.NaN;
    for (const [peer, words] of [
      ["cockatiel", "cockatiel's wrap of fallback, retry, breaker, bulkhead, timeout"],
      ["bare", "the bare function"],
    ] as const) {
      report({ metric, ours, peer: words, theirs: took.get(peer) ?? Number.NaN });
    }
  }
}

async function hystrix(report: (figure: Figure) => void): Promise<void> {
  const spec = specOf({ breaker: { engine: "hystrix-go", timeout: 1000 } });
  if (!spec.breaker) throw new Error("There is no breaker.");
  const circuit = new EngineCircuit(spec.breaker, { clock: systemClock, changed: () => undefined });
  const layer = new BreakerLayer(circuit, systemClock);
  const call = new BareCall(bare);
  const { cancellation, deadline } = call;
  const next: Next = (to, tried, bounds) => to.attempt(tried, bounds);
  const opossum = new CircuitBreaker(() => bare(), { timeout: 1000 });
  const took = await microsecondsOfEach(
    new Map([
      ["ours", () => layer.run(call, call.open(), { cancellation, deadline }, next)],
      ["opossum", () => opossum.fire()],
    ]),
  );
  opossum.shutdown();
  report({
    metric: "µs per call through hystrix-go with its timeout",
    ours: took.get("ours") ?? Number.NaN,
    peer: "opossum's breaker with timeout",
    theirs: took.get("opossum") ?? Number.NaN,
  });
}

/** Constant time, whatever the window holds. */
async function windows(report: (figure: Figure) => void): Promise<void> {
  for (const engine of enginesOf(FEW).keys()) {
    const took = await microsecondsOfEach(
      new Map(
        [FEW, ...MANY].map((size) => {
          const spec = enginesOf(size).get(engine);
          if (!spec) throw new Error(`There is no ${engine}.`);
          return [String(size), callInFullWindow(spec, size)];
        }),
      ),
    );
    for (const size of MANY) {
      report({
        metric: `µs per call, ${engine}, ${String(size)} calls in its window`,
        ours: took.get(String(size)) ?? Number.NaN,
        peer: `with ${String(FEW)} calls in its window`,
        theirs: took.get(String(FEW)) ?? Number.NaN,
      });
    }
  }
}

function specOf(file: Partial<ServiceFile>): ServiceSpec {
  return ServiceSpec.parse({ synthetic: {}, ...file });
}

function guardOf(file: Partial<ServiceFile>): ServiceGuard {
  const spec = specOf(file);
  const deps = { clock: systemClock, changed: () => undefined };
  const circuit = spec.breaker && new EngineCircuit(spec.breaker, deps);
  return new ServiceGuard(spec, { clock: systemClock, circuit });
}

export default measure;
