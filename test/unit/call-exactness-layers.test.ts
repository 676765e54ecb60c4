import { describe, expect, it } from "vitest";
import { ServiceView } from "../../simulator/balancing/service-view.ts";
import type { CallRequest } from "../../simulator/call/contract.ts";
import { Pipeline, type CallableService } from "../../simulator/call/pipeline.ts";
import type { Clock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom, type Random } from "../../simulator/kernel/random.ts";
import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import { isCallFact, type Fact } from "../../simulator/protocol/events.ts";
import { ServiceSpec, type BalancerFile } from "../../simulator/protocol/spec.ts";
import { EngineCircuit } from "../../simulator/resilience/circuit.ts";
import { ServiceGuard } from "../../simulator/resilience/guard.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { MoodyWire } from "../support/moody-wire.ts";
import { randomLayers } from "../support/random-layers.ts";

/** Virtual time that knows how many timers are set. */
class CountedClock implements Clock {
  readonly virtual = new VirtualClock();
  timers = 0;

  now(): number {
    return this.virtual.now();
  }

  after(ms: number, run: () => void): () => void {
    this.timers++;
    let isSet = true;
    const unset = () => {
      if (isSet) this.timers--;
      isSet = false;
    };
    const cancel = this.virtual.after(ms, () => {
      unset();
      run();
    });
    return () => {
      unset();
      cancel();
    };
  }
}

const BALANCERS: readonly BalancerFile[] = [
  {},
  { algorithm: "least-connections" },
  {
    algorithm: "haproxy-leastconn",
    servers: Array.from({ length: 3 }, () => ({ maxConnections: 4 })),
  },
  { algorithm: "least-request" },
];
const CALLS = 2500;
const RUNS = 40;

/** One service of all layers by chance, called some thousand times; the facts, and what is left. */
async function play(seed: number) {
  const random = seededRandom(seed);
  const clock = new CountedClock();
  const log = new EventLog(clock);
  const facts: Fact[] = [];
  log.subscribe((fact) => facts.push(fact));
  const wire = new MoodyWire(clock, random);
  const file = randomLayers(random);
  const balancer = BALANCERS[seed % BALANCERS.length] ?? {};
  const services = new Map<string, CallableService & { view: ServiceView; guard: ServiceGuard }>();
  const circuits: EngineCircuit[] = [];
  for (const [name, each] of [
    ["service", { ...file, balancer }],
    ["other", { timeout: "50ms" }],
  ] as const) {
    const spec = ServiceSpec.parse({ synthetic: {}, ...each });
    const circuit =
      spec.breaker && new EngineCircuit(spec.breaker, { clock, changed: () => undefined });
    if (circuit) circuits.push(circuit);
    const view = new ServiceView(spec.balancer, { clock, random });
    for (const i of [1, 2, 3]) {
      view.put({ id: `${name}-${String(i)}`, host: "127.0.0.1", port: i, weight: 1, slot: i - 1 });
      view.setHealth(`${name}-${String(i)}`, "passing");
    }
    const guard = new ServiceGuard(spec, { clock, circuit });
    services.set(name, { spec, view, guard, begin: view.begin.bind(view) });
  }
  let id = 0;
  const newId = () => (++id).toString(16).padStart(16, "0");
  const pipeline = new Pipeline({
    clock,
    wire,
    faults: { pass: () => undefined, refuses: () => false },
    log,
    service: (name) => services.get(name),
    newId,
  });
  let unanswered = 0;
  for (let i = 0, at = 0; i < CALLS; i++) {
    at += random.next() * 8;
    await clock.virtual.advanceTo(Math.floor(at));
    unanswered++;
    const request = requestOf(newId(), random, clock);
    void pipeline.call(request).then((reply) => {
      if (reply) unanswered--;
    });
  }
  const service = services.get("service");
  const isEmpty = () => service?.guard.picture().every(({ inside }) => inside === 0) ?? true;
  await clock.virtual.runUntil(() => unanswered === 0 && wire.underWay === 0 && isEmpty());
  for (const circuit of circuits) circuit.close();
  await clock.virtual.settle();
  const inFlight = [...services.values()].flatMap(({ view }) => {
    const subject = { client: "", method: "GET", uri: "/", header: () => undefined };
    const selection = view.begin(subject, { tried: new Set(), reuse: true });
    const { decision } = selection.pick({ record: true });
    return (decision?.candidates ?? []).map((each) => each.inFlight);
  });
  return {
    file,
    facts,
    unanswered,
    timers: clock.timers,
    underWay: wire.underWay,
    inFlight: inFlight.reduce((sum, each) => sum + each, 0),
    layers: service?.guard.picture() ?? [],
    spec: service?.spec,
  };
}

function requestOf(id: string, random: Random, clock: CountedClock): CallRequest {
  const gone = new AbortController();
  if (random.next() < 0.15) {
    clock.virtual.after(random.next() * 60, () => {
      gone.abort(new Error("The caller went away."));
    });
  }
  const bytes = Buffer.from(String(Math.floor(random.next() * 50)));
  return {
    id,
    service: "service",
    caller: { kind: "external" },
    parent: undefined,
    traceId: id,
    client: `10.0.0.${String(Math.floor(random.next() * 200))}`,
    method: random.next() < 0.5 ? "GET" : "POST",
    uri: "/service",
    headers: [],
    body: { open: () => bytes, replayable: random.next() < 0.9, whole: bytes },
    idempotent: random.next() < 0.3,
    deadline: random.next() < 0.2 ? clock.now() + random.next() * 80 : undefined,
    signal: gone.signal,
  };
}

describe("100,000 calls through layers in any order", () => {
  it.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
    "end once each, and leave nothing behind (seed %i)",
    async (seed) => {
      const { facts, layers, spec, file, ...left } = await play(seed);
      const context = JSON.stringify(file);
      expect(brokenRules(facts, { parse: seed === 1 }).slice(0, 5), context).toEqual([]);
      expect(left, context).toEqual({ unanswered: 0, timers: 0, underWay: 0, inFlight: 0 });
      expect(
        layers.map(({ id, inside }) => [id, inside]),
        context,
      ).toEqual(layers.map(({ id }) => [id, 0]));
      for (const { entered, succeeded, failed, refused } of layers) {
        expect(succeeded + failed).toBeLessThanOrEqual(entered);
        expect(refused).toBeLessThanOrEqual(failed);
      }
      if (!spec) throw new Error("There is no service.");
      const started = new Map<string, number>();
      let retries = 0;
      const own = new Set<string>();
      for (const fact of facts) {
        if (!isCallFact(fact)) continue;
        if (fact.kind === "call-started" && fact.service === "service") own.add(fact.call);
        if (!own.has(fact.call)) continue;
        if (fact.kind === "attempt-started")
          started.set(fact.call, (started.get(fact.call) ?? 0) + 1);
        if (fact.kind === "retry-scheduled") retries++;
      }
      expect(own.size).toBe(CALLS);
      const { retry, hedge } = spec;
      const most =
        (hedge?.attempts ?? 1) *
        (retry === undefined
          ? 1
          : retry.rules === "fuseboard"
            ? retry.attempts
            : retry.rules === "nginx"
              ? retry.tries
              : 1 + retry.retries);
      expect(Math.max(0, ...started.values()), context).toBeLessThanOrEqual(most);
      if (retry?.rules === "fuseboard" && retry.budget?.rules === "finagle") {
        const passes = layers.find(({ id }) => id === "retry")?.entered ?? 0;
        expect(retries, context).toBeLessThanOrEqual(passes * retry.budget.percent);
      }
    },
  );
});
