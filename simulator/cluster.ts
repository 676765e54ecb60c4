import { allHealthy } from "./all-healthy.ts";
import { Callers } from "./callers.ts";
import { DataPlanes } from "./dataplane/index.ts";
import { Definitions } from "./definitions.ts";
import { Injector } from "./faults/injector.ts";
import { PooledWire } from "./gateway/pooled-wire.ts";
import type { Instance } from "./instances/instance.ts";
import { Supervisor } from "./instances/supervisor.ts";
import { keepUp, systemClock } from "./kernel/clock.ts";
import { FuseboardError, messageOf } from "./kernel/errors.ts";
import { EventLog } from "./kernel/event-log.ts";
import { systemRandom } from "./kernel/random.ts";
import { Scope } from "./kernel/scope.ts";
import { Observation } from "./observation/observation.ts";
import type { FactBatch } from "./protocol/events.ts";
import type { InvokeResult } from "./protocol/requests.ts";
import type { ClusterSpec, JsonValue, ServiceSpec } from "./protocol/spec.ts";
import type { Registry } from "./registry/contract.ts";
import { runtimes } from "./runtimes/index.ts";
import { openGateway } from "./open-gateway.ts";
import { openRegistry } from "./open-registry.ts";
import type { Service } from "./service.ts";
import { Services } from "./services.ts";
import { AttachedStreams } from "./streams/attached-streams.ts";
import { Loads } from "./traffic/loads.ts";

export interface ClusterOptions {
  readonly spec: ClusterSpec;
  /** Absolute path of the folder that the spec's paths are relative to. */
  readonly root: string;
  readonly name: string;
  /** The `node` that runs functions, and the environment it needs besides. */
  readonly node: string;
  readonly nodeEnv: Readonly<Record<string, string>>;
  readonly cacheDir: string;
  /** Takes the facts, in batches; absent: nobody looks. */
  readonly send?: (batch: FactBatch) => void;
  /** False: keep no facts of calls and no decisions, to measure what they cost. */
  readonly record?: boolean;
}

/** One run of a cluster: a spec in, everything below wired together and brought to an end. */
export class Cluster {
  readonly log = new EventLog(systemClock);
  readonly observation: Observation;
  readonly injector: Injector;
  readonly loads: Loads;
  readonly streams: AttachedStreams;
  readonly #options: ClusterOptions;
  readonly #services: Services;
  readonly #definitions: Definitions;
  /** Outlives the works, so that the last facts are seen. */
  readonly #eyes = new Scope();
  readonly #works = new Scope();
  readonly #wire = new PooledWire(this.#works);
  readonly #callers: Callers;
  #addresses: { gateway: string; etcd: string } | undefined;
  #supervisor: Supervisor | undefined;
  #stopping: Promise<void> | undefined;
  #ending: Promise<void> | undefined;
  readonly #isDebugged = (id: string) => this.#supervisor?.instance(id)?.debugged ?? false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.observation = new Observation(systemClock, this.log, options.send ?? (() => undefined));
    const deps = { clock: systemClock, random: systemRandom, log: this.log, scope: this.#works };
    const { platform, env } = process;
    this.injector = new Injector({
      ...deps,
      platform,
      services: () => this.#services.names,
      subjects: (target) => this.#supervisor?.meantBy(target) ?? [],
      changed: () => planes.faultsChanged(),
    });
    const account = () => this.#supervising.account;
    const outside = { wire: this.#wire, faults: this.injector, account, env, platform };
    const planes = new DataPlanes({ ...deps, ...outside });
    const isDebugged = this.#isDebugged;
    this.#services = new Services(options.root, { ...deps, planes, isDebugged });
    this.#callers = new Callers({
      instanceOf: (token) => this.#supervisor?.callerOf(token),
      isFunction: (service) => this.#services.isFunction(service),
    });
    const addressOf = (id: string) => this.#instance(id).address;
    this.streams = new AttachedStreams({ ...deps, addressOf });
    this.loads = new Loads({ ...deps, call: (call) => this.#callers.load(call) });
    this.#definitions = new Definitions({
      services: this.#services,
      supervisor: () => this.#supervising,
      stopLoad: (service) => this.loads.stop(service),
      removed: (service) => this.injector.forgetService(service),
    });
  }

  /** Where it can be reached; throws before it is ready. */
  get addresses() {
    return this.#addresses ?? notRunning();
  }

  /**
   * Starts everything; resolves when all instances that can run are healthy. What is wrong with a
   * function is a problem in the facts, not a rejection. Everything ends with the scope.
   */
  async start(scope: Scope): Promise<void> {
    scope.add(() => this.#end());
    keepUp(systemClock, this.#eyes);
    this.observation.start(this.#eyes);
    const { kinds: faultKinds } = this.injector;
    this.log.append({ kind: "cluster-started", name: this.#options.name, faultKinds });
    try {
      await this.#start();
      this.log.append({ kind: "cluster-became-ready" });
    } catch (error) {
      if (this.#stopping) {
        const message = "The cluster was stopped while it started.";
        throw new FuseboardError("stopped", message, { cause: error });
      }
      this.log.append({ kind: "cluster-failed", message: messageOf(error) });
      await this.#works.dispose();
      throw error;
    }
  }

  /** Stops gracefully: no more load, then every instance drained and deregistered. */
  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.log.append({ kind: "cluster-stopping" });
      this.loads.stopAll();
      await this.#supervisor?.stopAll();
      await this.#end();
    })();
    return this.#stopping;
  }

  /** The service of a name; throws a FuseboardError when there is none. */
  service(name: string): Service {
    return this.#services.get(name);
  }

  /** The service that an instance belongs to; throws a FuseboardError when there is none. */
  serviceOf(instance: string): Service {
    return this.service(this.#instance(instance).service);
  }

  /** Adds a service, or replaces its definition and exchanges its instances one by one. */
  define(name: string, spec: ServiceSpec): Promise<void> {
    return this.#definitions.define(name, spec);
  }

  remove(name: string): Promise<void> {
    return this.#definitions.remove(name);
  }

  async scale(name: string, instances: number): Promise<void> {
    this.service(name).rescale(instances);
    await this.#supervising.scale(name, instances);
  }

  /** Starts an instance that ended, or exchanges its process gracefully. */
  async restart(id: string): Promise<void> {
    const instance = this.#instance(id);
    // Taking a kill back starts the instance; taking a freeze back must come before a stop.
    const wasKilled = instance.phase === "killed";
    const cleared = await this.injector.clearProcessFaults(id);
    if (!(wasKilled && cleared)) await instance.restart();
  }

  linesOf(id: string) {
    this.#instance(id);
    return this.#supervising.linesOf(id);
  }

  /** Calls a service as the editor. */
  async invoke(service: string, payload: JsonValue): Promise<InvokeResult> {
    this.service(service);
    return this.#callers.invoke(service, payload) ?? notRunning();
  }

  async #start(): Promise<void> {
    const { spec, root, node, nodeEnv, cacheDir } = this.#options;
    const parts = { spec, services: this.#services, injector: this.injector, wire: this.#wire };
    const log = (this.#options.record ?? true) ? this.log : undefined;
    const around = { log, observation: this.observation, callers: this.#callers };
    const gateway = await openGateway({ ...parts, ...around }, this.#works);
    this.log.append({ kind: "gateway-opened", address: gateway });
    this.#callers.connect(gateway, this.#works);
    const registry = Promise.withResolvers<Registry>();
    const launched = new Map<string, () => void>();
    this.#supervisor = new Supervisor({
      registry: registry.promise,
      log: this.log,
      clock: systemClock,
      context: { root, gateway, node, nodeEnv, cacheDir },
      runtimes,
      leaseTtlMs: spec.registry.leaseTtl,
      settled: (service, id, signal) => this.service(service).whenEligible(id, signal),
      drained: (service, id, signal) => this.service(service).drained(id, signal),
      created: (instance) => {
        this.injector.adopt(instance, instance.service);
        const tell = launched.get(instance.service);
        if (tell) setImmediate(tell);
      },
      removed: (id) => {
        this.injector.forget(id);
        void this.streams.forget(id);
      },
      scope: this.#works,
    });
    const defining = Object.entries(spec.services).map(([name, service]) => {
      const first = new Promise<void>((resolve) => launched.set(name, resolve));
      const defined = this.define(name, service);
      return { defined, launched: Promise.race([first, defined]) };
    });
    // Loading the registry takes a moment: the processes start at the same time, not afterwards.
    await Promise.all(defining.map((each) => each.launched));
    const opened = openRegistry(
      { ...parts, log: this.log, isDebugged: this.#isDebugged },
      this.#works,
    );
    opened.then(registry.resolve, registry.reject);
    await Promise.all([opened, ...defining.map((each) => each.defined)]);
    await allHealthy(this.#services, this.#supervising, this.log, this.#works.signal);
    this.#addresses = { gateway, etcd: (await opened).address };
  }

  get #supervising(): Supervisor {
    return this.#supervisor ?? notRunning();
  }

  #instance(id: string): Instance {
    const instance = this.#supervising.instance(id);
    if (instance) return instance;
    throw new FuseboardError("unknown-instance", `There is no instance "${id}".`);
  }

  /** Ends everything at once; what runs is killed. */
  #end(): Promise<void> {
    this.#ending ??= (async () => {
      await this.#works.dispose();
      this.log.append({ kind: "cluster-stopped" });
      await this.#eyes.dispose();
    })();
    return this.#ending;
  }
}

function notRunning(): never {
  throw new FuseboardError("not-running", "The cluster is not running yet.");
}
