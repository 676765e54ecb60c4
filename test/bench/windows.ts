import type { AttemptResult } from "../../simulator/call/contract.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import type { BreakerSpec } from "../../simulator/protocol/breaker-spec.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { EngineCircuit } from "../../simulator/resilience/circuit.ts";

const WINDOW_MS = 10_000;
const SUCCESS: AttemptResult = { outcome: "success", sent: true };

/** Settings of each engine whose window holds so many calls, when they come evenly. */
export function enginesOf(size: number): ReadonlyMap<string, BreakerSpec> {
  const files: readonly ServiceFile["breaker"][] = [
    { engine: "hystrix-go" },
    { engine: "hystrix", executionIsolationStrategy: "SEMAPHORE" },
    { engine: "sampling", duration: "10s" },
    { engine: "count", size },
  ];
  return new Map(
    files.map((breaker) => {
      const spec = ServiceSpec.parse({ synthetic: {}, breaker }).breaker;
      if (!spec) throw new Error("There is no breaker.");
      return [spec.engine, spec];
    }),
  );
}

/** A call through a circuit whose window is full, and stays as full: each comes a little later. */
export function callInFullWindow(spec: BreakerSpec, size: number): () => Promise<void> {
  let now = 1e12;
  const timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        const index = timers.indexOf(timer);
        if (index >= 0) timers.splice(index, 1);
      };
    },
  };
  const circuit = new EngineCircuit(spec, { clock, changed: () => undefined });
  const call = () => {
    now += WINDOW_MS / size;
    // Those of an engine that looks at its window by a timer.
    for (
      let due = timers.find(({ at }) => at <= now);
      due;
      due = timers.find(({ at }) => at <= now)
    ) {
      timers.splice(timers.indexOf(due), 1);
      due.run();
    }
    const admission = circuit.admit("00000000000000aa");
    if (admission.kind !== "admitted") throw new Error("It refused.");
    admission.permit.ended("success", SUCCESS);
    admission.permit.finished();
  };
  for (let i = 0; i < size; i++) call();
  return () => {
    call();
    return Promise.resolve();
  };
}
