import type { FaultyPath } from "../../simulator/call/contract.ts";
import { Injector } from "../../simulator/faults/injector.ts";
import { FuseboardError } from "../../simulator/kernel/errors.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom, type Random } from "../../simulator/kernel/random.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Caller } from "../../simulator/protocol/model.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import type { Service } from "../../simulator/service.ts";
import { CountedClock } from "./counted-clock.ts";
import { LayeredServices } from "./layered-services.ts";
import { MoodyWire } from "./moody-wire.ts";
import { randomFault } from "./random-faults.ts";
import { randomLayers } from "./random-layers.ts";
import { RetryBudgetWatch } from "./retry-budget-watch.ts";
import { TouchLedger } from "./touch-ledger.ts";
import { VirtualInstance, VirtualInstances } from "./virtual-instances.ts";

/** Two services of any layers, and faults that come and go while they are called. */
export async function playAmongFaults(seed: number, calls: number) {
  const random = seededRandom(seed);
  const clock = new CountedClock();
  const log = new EventLog(clock);
  const wire = new MoodyWire(clock, random);
  const processes = new VirtualInstances(wire);
  const files = { service: layersOf(seed), other: { ...layersOf(~seed), fallback: undefined } };
  const touches = new TouchLedger(log, (): FaultyPath => injector);
  const services = new LayeredServices(files, {
    clock,
    random,
    log,
    wire: processes,
    faults: touches,
  });
  const { names, instances } = services;
  for (const id of instances) {
    const service = id.replace(/-\d+$/, "");
    const registry = {
      register: services.register.bind(services),
      forget: (of: string, gone: string) => {
        services.service(of).view.remove(gone);
      },
    };
    processes.add(new VirtualInstance(id, service, clock, registry));
  }
  const scope = new Scope();
  const injector: Injector = new Injector({
    log,
    clock,
    random,
    platform: "linux",
    scope,
    services: () => names,
    subjects: (target) =>
      processes.all.filter(({ id, service }) =>
        "instance" in target
          ? id === target.instance
          : "service" in target && service === target.service,
      ),
  });
  const budgets = names.map((name) => new RetryBudgetWatch(services.service(name), log));
  const injected: string[] = [];
  const disturb = () => {
    const id = injected[Math.floor(random.next() * injected.length)];
    const chance = random.next();
    if (chance < 0.05) void injector.clear();
    else if (chance < 0.1) changeBreaker(services.service("service"), random);
    else if (chance < 0.25 && id !== undefined) void injector.clear([id]);
    else {
      const { target, fault, options } = randomFault(random, names, instances);
      try {
        injected.push(injector.inject(target, fault, options).id);
      } catch (error) {
        expectCode("fault-active")(error);
      }
    }
  };
  for (let i = 0, at = 0; i < calls; i++) {
    at += random.next() * 8;
    await clock.virtual.advanceTo(Math.floor(at));
    if (random.next() < 0.05) {
      disturb();
      // What it sets off comes before the next moment.
      await clock.virtual.settle();
    }
    const service = random.next() < 0.7 ? "service" : "other";
    services.call(service, {
      caller: callerOf(service, random),
      uri: `/${service}/orders/${String(i % 20)}`,
      headers: random.next() < 0.5 ? [["x-tenant", random.next() < 0.5 ? "acme" : "else"]] : [],
    });
  }
  void injector.clear();
  await services.finish(() => touches.areOver && processes.areReady && wire.underWay === 0);
  await scope.dispose();
  const { facts, unanswered, unread, picked } = services;
  const left = { unanswered, unread, picked, timers: clock.timers, underWay: wire.underWay };
  return { files, facts, left, budgets, touches, services };
}

/** Layers by chance; every other time with a budget for many retries. */
function layersOf(seed: number): Partial<ServiceFile> {
  const random = seededRandom(seed);
  const file = randomLayers(random);
  if (seed % 2 === 0) return file;
  const percent = 10 + Math.floor(random.next() * 40);
  const minimum = Math.floor(random.next() * 3);
  const budgets = [
    { rules: "envoy", percent: `${percent}%`, minimum },
    { rules: "finagle", ttl: "1s", minimumPerSecond: minimum, percent: percent / 100 },
  ] as const;
  return {
    ...file,
    retry: {
      attempts: 4,
      backoff: "constant",
      initial: `${Math.floor(random.next() * 20)}ms`,
      on: ["error", "timeout", "5xx"],
      nonIdempotent: true,
      budget: budgets[random.next() < 0.5 ? 0 : 1],
    },
  };
}

/** Another breaker, or none, for calls that are under way, too; all else stays as it is. */
function changeBreaker(service: Service, random: Random): void {
  const { breaker } = ServiceSpec.parse({ synthetic: {}, ...randomLayers(random) });
  service.redefine({ ...service.spec, breaker }, undefined);
}

/** Somebody outside of the cluster, or a function of the other service. */
function callerOf(service: string, random: Random): Caller {
  const chance = random.next();
  const other = service === "service" ? "other" : "service";
  if (chance < 0.5) return { kind: "instance", service: other, instance: `${other}-1` };
  return { kind: chance < 0.75 ? "external" : "load" };
}

/** Takes the refusal that is expected now and then; throws everything else. */
function expectCode(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof FuseboardError) || error.code !== code) throw error;
  };
}
