import { ServiceView, type ServerOverride } from "./balancing/service-view.ts";
import type { Beginning, CallSubject, Selection } from "./balancing/contract.ts";
import type { CallableService } from "./call/pipeline.ts";
import type { DataPlanes, EngineTurns } from "./dataplane/index.ts";
import type { Clock } from "./kernel/clock.ts";
import { FuseboardError } from "./kernel/errors.ts";
import type { EventLog } from "./kernel/event-log.ts";
import type { Random } from "./kernel/random.ts";
import { BALANCER_TITLES } from "./protocol/balancer-titles.ts";
import type { ServiceState } from "./protocol/model.ts";
import type { ServiceInspection } from "./protocol/requests.ts";
import type { BalancerId, ServiceSpec } from "./protocol/spec.ts";
import { EngineCircuit } from "./resilience/circuit.ts";
import type { Circuit } from "./resilience/contract.ts";
import { ServiceGuard } from "./resilience/guard.ts";

export interface ServiceDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EventLog;
  /** The installed programs that balance; absent: there are none. */
  readonly planes?: Pick<DataPlanes, "balancerOf" | "settled">;
  /** Whether a debugger holds an instance: that it fails does not count against it. */
  readonly isDebugged?: (instance: string) => boolean;
  /** The service whose fallback function it runs. */
  readonly fallbackOf?: string | undefined;
}

/** Where a service's function is. */
export interface FunctionLocation {
  readonly file: string;
  readonly export: string;
}

/** One service in the gateway: its view of the instances, and the layers around its calls. */
export class Service implements CallableService {
  readonly name: string;
  readonly view: ServiceView;
  readonly #deps: ServiceDeps;
  #location: FunctionLocation | undefined;
  #spec: ServiceSpec;
  #guard: ServiceGuard;
  /** Who takes turns; undefined: our own code balances alone. */
  #engines: EngineTurns | undefined;

  constructor(
    name: string,
    spec: ServiceSpec,
    location: FunctionLocation | undefined,
    deps: ServiceDeps,
  ) {
    this.name = name;
    this.#deps = deps;
    this.#location = location;
    this.#spec = spec;
    this.#guard = this.#guardOf(spec, this.#circuitOf(spec));
    this.view = new ServiceView(spec.balancer, {
      ...deps,
      instead: (own) => (this.#engines = deps.planes?.balancerOf(name, this.#spec, own)),
    });
  }

  get spec(): ServiceSpec {
    return this.#spec;
  }

  /** The service whose fallback function it runs; undefined: it stands for itself. */
  get fallbackOf(): string | undefined {
    return this.#deps.fallbackOf;
  }

  get guard(): ServiceGuard {
    return this.#guard;
  }

  /** Its breaker; throws a FuseboardError when the service has none. */
  get circuit(): Circuit {
    const { circuit } = this.#guard;
    if (circuit) return circuit;
    const message = `"${this.name}" has no breaker. Give it one in the cluster file: breaker: { engine: consecutive }.`;
    throw new FuseboardError("no-breaker", message);
  }

  get state(): ServiceState {
    return {
      name: this.name,
      spec: this.#spec,
      file: this.#location?.file,
      export: this.#location?.export,
      algorithm: this.view.kind.id,
      scale: this.#spec.instances,
      breaker: this.#guard.circuit?.state,
      ...(this.fallbackOf !== undefined && { fallbackOf: this.fallbackOf }),
    };
  }

  /** Takes another definition; calls under way finish by the old one. */
  redefine(spec: ServiceSpec, location: FunctionLocation | undefined): void {
    this.#location = location;
    const before = this.#spec;
    this.#spec = spec;
    const layers = !isSame(layersOf(before), layersOf(spec));
    if (layers) {
      const circuit = this.#circuitAfter(before, spec);
      this.#guard = this.#guardOf(spec, circuit, this.#guard);
    }
    const balancer = !isSame(before.balancer, spec.balancer);
    // A program has timeouts and retries in its configuration.
    if (balancer || (layers && this.#engines)) this.view.configure(spec.balancer);
    this.tell();
  }

  rescale(instances: number): void {
    this.#spec = { ...this.#spec, instances };
    this.#deps.log.append({ kind: "service-scaled", service: this.name, scale: instances });
  }

  chooseBalancer(algorithm: BalancerId): void {
    const balancer = { ...this.#spec.balancer, algorithm };
    this.#spec = { ...this.#spec, balancer };
    this.view.configure(balancer);
    this.tell();
  }

  /** Sets the weight or the state of one instance, until it is set again. */
  setServer(
    instance: string,
    { reset = false, ...change }: ServerOverride & { reset?: boolean },
  ): void {
    const override = { ...(reset ? {} : this.view.overrideOf(instance)), ...change };
    this.view.override(instance, override);
    const weight = this.view.weightOf(instance);
    this.#deps.log.append({ kind: "server-set", instance, weight, admin: override.admin });
  }

  /** Appends its whole definition to the log. */
  tell(): void {
    this.#deps.log.append({ kind: "service-defined", state: this.state });
  }

  begin(subject: CallSubject, beginning: Beginning): Selection {
    return this.view.begin(subject, beginning);
  }

  /** Resolves when an instance may be picked; rejects with the signal's reason. */
  async whenEligible(instance: string, signal: AbortSignal): Promise<void> {
    await this.view.whenEligible(instance, signal);
    await this.#deps.planes?.settled(this.name);
  }

  /** Resolves when an instance that was deregistered is out of use, or nobody waits any longer. */
  async drained(instance: string, signal: AbortSignal): Promise<void> {
    await this.#deps.planes?.settled(this.name);
    await this.view.drained(instance, signal);
  }

  /** Nobody calls it any more. */
  close(): void {
    this.#guard.circuit?.close();
    this.view.close();
  }

  /** What the inspector shows, without the decisions. */
  inspect(): Omit<ServiceInspection, "decisions"> {
    const { id, explanation } = this.view.kind;
    const title = BALANCER_TITLES[id];
    const { circuit } = this.#guard;
    return {
      balancer: { title, explanation, picture: this.view.picture() },
      ...(circuit && {
        breaker: { title: circuit.title, window: circuit.window(), rule: circuit.rule },
      }),
      layers: this.#guard.picture(),
      ...(this.#engines && { engines: this.#engines.shares }),
    };
  }

  /** The layers of before whose settings are the same stay as they are. */
  #guardOf(spec: ServiceSpec, circuit: Circuit | undefined, before?: ServiceGuard): ServiceGuard {
    const { clock } = this.#deps;
    const circuitNow = () => this.#guard.circuit;
    return new ServiceGuard(spec, { clock, circuit, circuitNow }, before);
  }

  #circuitOf({ breaker }: ServiceSpec): Circuit | undefined {
    if (!breaker) return undefined;
    const circuit: Circuit = new EngineCircuit(breaker, {
      clock: this.#deps.clock,
      name: this.name,
      isDebugged: this.#deps.isDebugged,
      changed: (state) => {
        // A breaker that was replaced may still see the ends of its calls.
        if (this.#guard.circuit !== circuit) return;
        this.#deps.log.append({ kind: "breaker-changed", service: this.name, breaker: state });
      },
    });
    return circuit;
  }

  /** With other settings it is another breaker; what was done by hand stays done. */
  #circuitAfter(before: ServiceSpec, spec: ServiceSpec): Circuit | undefined {
    const { circuit } = this.#guard;
    if (isSame(before.breaker, spec.breaker)) return circuit;
    const next = this.#circuitOf(spec);
    if (circuit && next) handOver(circuit, next, this.#deps.clock.now());
    circuit?.close();
    return next;
  }
}

/** Does by hand what was done to another breaker. */
function handOver({ forced }: Circuit, to: Circuit, now: number): void {
  if (forced?.mode === "closed") to.holdClosed();
  else if (forced?.until !== undefined) to.trip(Math.max(1, Math.ceil(forced.until - now)));
  else if (forced) to.trip();
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The settings that the guard is built of. */
function layersOf(spec: ServiceSpec) {
  const { timeout, retry, breaker, bulkhead, fallback, hedge, rateLimit, layers } = spec;
  return { timeout, retry, breaker, bulkhead, fallback, hedge, rateLimit, layers };
}
