import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSocketServer, type AddressInfo, type Socket } from "node:net";
import { Agent, type Dispatcher } from "undici";
import { Pipeline } from "../../simulator/call/pipeline.ts";
import { DataPlanes, type PlaneDeps } from "../../simulator/dataplane/index.ts";
import type { FaultSubject } from "../../simulator/faults/contract.ts";
import { Injector } from "../../simulator/faults/injector.ts";
import { gatewayPages } from "../../simulator/gateway-pages.ts";
import { Gateway } from "../../simulator/gateway/gateway.ts";
import { newCallId } from "../../simulator/gateway/ids.ts";
import { PooledWire } from "../../simulator/gateway/pooled-wire.ts";
import { systemClock, type Clock } from "../../simulator/kernel/clock.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { Observation } from "../../simulator/observation/observation.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import type { Caller, FaultTarget } from "../../simulator/protocol/model.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { Service } from "../../simulator/service.ts";
import { until } from "./until.ts";
import { callOf, SUCCESS } from "./service-view.ts";

/** An HTTP server of a test on a free port. Ends, with all its connections, with the scope. */
export async function startServer(scope: Scope, listener: RequestListener): Promise<number> {
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.add(async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A server that speaks for itself, byte by byte. */
export async function startSocketServer(
  scope: Scope,
  connected: (socket: Socket) => void,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createSocketServer((socket) => {
    sockets.add(socket);
    // A peer that resets is what these tests are about.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
    connected(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  scope.add(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createSocketServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

export interface GatewayOptions {
  /**
   * What a service is besides what the tests need of it, and the ports of its instances. The
   * gateway takes it for a function unless it says that it is synthetic.
   */
  readonly services: Readonly<Record<string, Partial<ServiceFile> & { ports: readonly number[] }>>;
  readonly maxBody?: number;
  /** Absent: the machine's. */
  readonly clock?: Clock;
  readonly callers?: Readonly<Record<string, Caller>>;
  /** For installed programs that balance: where they are looked for, and who notes them. */
  readonly env?: NodeJS.ProcessEnv;
  readonly account?: ReturnType<PlaneDeps["account"]>;
}

const NO_ACCOUNT: ReturnType<PlaneDeps["account"]> = {
  started: () => undefined,
  ended: () => undefined,
  folderMade: () => undefined,
  folderGone: () => undefined,
};

/** A whole gateway in front of servers of a test: all but the registry and the health checks. */
export interface GatewayHarness {
  readonly url: string;
  readonly facts: readonly Fact[];
  readonly observation: Observation;
  readonly injector: Injector;
  /** Resolves when the installed programs of a service have its newest members. */
  readonly settled: (service: string) => Promise<void>;
  readonly service: (name: string) => Service;
  /** Calls a service; resolves with the answer's head. */
  readonly send: (
    service: string,
    options?: Partial<Dispatcher.RequestOptions>,
  ) => Promise<Dispatcher.ResponseData>;
  /** Calls a service with JSON; resolves with the whole answer. */
  readonly call: (
    service: string,
    payload?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  /** The facts of a kind so far. */
  readonly factsOf: <K extends Fact["kind"]>(kind: K) => Extract<Fact, { kind: K }>[];
  /** Waits until so many calls have ended; fails when they do not. */
  readonly ended: (count: number) => Promise<void>;
  /** What is in flight at the instances by the balancers' view, all services together. */
  readonly inFlight: () => number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData["headers"];
  readonly body: unknown;
}

export async function startGateway(scope: Scope, options: GatewayOptions): Promise<GatewayHarness> {
  const { clock = systemClock } = options;
  const log = new EventLog(clock);
  const facts: Fact[] = [];
  log.subscribe((fact) => facts.push(fact));
  const observation = new Observation(clock, log, () => undefined);
  observation.start(scope);
  const deps = { clock, random: seededRandom(1), log };
  const wire = new PooledWire(scope);
  const injector = new Injector({
    ...deps,
    scope,
    platform: process.platform,
    services: () => [...services.keys()],
    subjects: (target) => subjectsOf(target, options.services),
    changed: () => planes.faultsChanged(),
  });
  const { env = process.env, account = NO_ACCOUNT } = options;
  const planes = new DataPlanes({
    ...deps,
    scope,
    wire,
    faults: injector,
    account: () => account,
    env,
    platform: process.platform,
  });
  const services = new Map<string, Service>();
  for (const [name, { ports, ...file }] of Object.entries(options.services)) {
    const service = new Service(name, ServiceSpec.parse({ synthetic: {}, ...file }), undefined, {
      ...deps,
      planes,
    });
    ports.forEach((port, i) => {
      const id = `${name}-${String(i + 1)}`;
      service.view.put({ id, host: "127.0.0.1", port, weight: 1 });
      service.view.setHealth(id, "passing");
    });
    services.set(name, service);
  }
  const pipeline = new Pipeline({
    clock,
    wire,
    faults: injector,
    log,
    service: (name) => services.get(name),
    newId: newCallId,
  });
  const named = {
    names: Object.keys(options.services),
    find: (name: string) => services.get(name),
  };
  const gateway = new Gateway({
    calls: pipeline,
    pages: gatewayPages({ services: named, observation, log }, scope),
    services: () => [...services.keys()],
    has: (name) => services.has(name),
    isFunction: (name) => options.services[name]?.synthetic === undefined,
    callerOf: (token) => options.callers?.[token],
    maxBody: options.maxBody ?? 1024 * 1024,
  });
  const url = await gateway.listen(0, scope);
  const agent = new Agent({ headersTimeout: 0, bodyTimeout: 0 });
  scope.add(() => agent.destroy());

  const send: GatewayHarness["send"] = (service, requested) => {
    return agent.request({ origin: url, path: `/${service}`, method: "POST", ...requested });
  };
  const factsOf = <K extends Fact["kind"]>(kind: K) => {
    return facts.filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
  };
  return {
    url,
    facts,
    observation,
    injector,
    settled: (name) => planes.settled(name),
    service: (name) => {
      const service = services.get(name);
      if (!service) throw new Error(`There is no service ${name}.`);
      return service;
    },
    send,
    call: async (service, payload = {}, headers = {}) => {
      const answer = await send(service, {
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(payload),
      });
      const text = await answer.body.text();
      const isJson = answer.headers["content-type"]?.includes("json");
      const body: unknown = isJson ? JSON.parse(text) : text;
      return { status: answer.statusCode, headers: answer.headers, body };
    },
    factsOf,
    ended: async (count) => {
      const all = await until(() => factsOf("call-ended").length >= count, {
        timeoutMs: 20_000,
        everyMs: 5,
      });
      if (!all)
        throw new Error(`${String(factsOf("call-ended").length)} of ${String(count)} ended.`);
    },
    inFlight: () => {
      let sum = 0;
      for (const { view } of services.values()) {
        const call = callOf(view);
        const { member, decision } = call.pick({ record: true });
        for (const { inFlight } of decision?.candidates ?? []) sum += inFlight;
        if (member) call.ended(member, SUCCESS);
      }
      return sum;
    },
  };
}

/** Instances for faults on the wire; they have no processes. */
function subjectsOf(
  target: FaultTarget,
  services: Readonly<Record<string, { readonly ports: readonly number[] }>>,
): FaultSubject[] {
  if ("instance" in target) return [bystander(target.instance)];
  if (!("service" in target)) return [];
  const { ports = [] } = services[target.service] ?? {};
  return ports.map((_, i) => bystander(`${target.service}-${String(i + 1)}`));
}

function bystander(id: string): FaultSubject {
  const none = () => new Error(`${id} has no process.`);
  const impossible = () => Promise.reject(none());
  const unthinkable = () => {
    throw none();
  };
  return {
    id,
    kill: impossible,
    crash: impossible,
    restart: impossible,
    revive: impossible,
    onServing: unthinkable,
    loseLease: unthinkable,
    regainLease: unthinkable,
  };
}
