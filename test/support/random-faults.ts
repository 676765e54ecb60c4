import type { InjectOptions } from "../../simulator/faults/injected.ts";
import type { Random } from "../../simulator/kernel/random.ts";
import {
  FaultConditions,
  FaultSpec,
  FAULTS,
  PROCESS_FAULTS,
  type AddedLatency,
  type FaultKindId,
  type FaultMatch,
  type FaultTarget,
} from "../../simulator/protocol/model.ts";

export interface RandomFault {
  readonly target: FaultTarget;
  readonly fault: FaultSpec;
  readonly options: InjectOptions;
}

const WORDS = ["503", "500", "404", "200", "ok", "timeout", "refuse", "reset", "abort", "15ms"];

/** Any fault by chance, where it can be, on what it can be, for a while. */
export function randomFault(
  random: Random,
  services: readonly string[],
  instances: readonly string[],
): RandomFault {
  const chance = (share: number) => random.next() < share;
  const between = (from: number, to: number) => from + Math.floor(random.next() * (to - from + 1));
  const choose = <T>(of: readonly T[]): T => of[between(0, of.length - 1)] as T;
  const kind = choose(FAULTS);
  const from = choose(services);
  const edge = { from, to: choose(services.filter((name) => name !== from)) };
  const isProcess = PROCESS_FAULTS.includes(kind);
  const targets = [{ instance: choose(instances) }, { service: choose(services) }];
  const target =
    kind === "partition" ? edge : choose<FaultTarget>(isProcess ? targets : [...targets, edge]);
  const conditions = (): FaultConditions => {
    const matches: FaultMatch[] = [
      { method: choose(["GET", "post"]) },
      { path: choose(["/orders/*", "*1", "/nothing"]) },
      { header: { name: "X-Tenant", ...(chance(0.5) && { value: "acme" }) } },
      { caller: choose(["load", "external", ...services]) },
    ];
    return FaultConditions.parse({
      ...(chance(0.5) && { match: choose(matches) }),
      ...(chance(0.5) && { probability: random.next() }),
      ...(chance(0.5) && { seed: between(0, 1000) }),
    });
  };
  return {
    target,
    fault: FaultSpec.parse(settingsOf(kind, between, choose)),
    options: {
      ...(!isProcess && chance(0.7) && { conditions: conditions() }),
      ...(chance(0.4) && { delayMs: between(1, 50) }),
      ...(chance(0.85) && { durationMs: between(10, 300) }),
    },
  };
}

function settingsOf(
  kind: FaultKindId,
  between: (from: number, to: number) => number,
  choose: <T>(of: readonly T[]) => T,
): object {
  const latencies: AddedLatency[] = [
    { kind: "constant", ms: between(0, 60) },
    { kind: "normal", mean: between(0, 40), deviation: between(0, 30) },
    { kind: "log-normal", median: between(1, 30), sigma: between(0, 2) },
    { kind: "pareto", minimum: between(1, 10), alpha: between(1, 3) },
  ];
  const steps = Array.from({ length: between(1, 4) }, () => `${between(1, 3)} × ${choose(WORDS)}`);
  return {
    kind,
    latency: choose(latencies),
    ...(kind === "status" && { status: choose([400, 404, 500, 503]) }),
    script: steps.join(", "),
    repeat: choose([true, false]),
    bytesPerSecond: between(50, 5000),
    bytes: between(0, 12),
    everyMs: between(100, 200),
  };
}
