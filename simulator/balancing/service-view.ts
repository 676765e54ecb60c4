import type { HealthStatus } from "../protocol/model.ts";
import type { BalancerPicture } from "../protocol/balancer-model.ts";
import { type BalancerSpec, Server } from "../protocol/spec.ts";
import type {
  Balancer,
  BalancerDeps,
  BalancerKind,
  Beginning,
  CallSubject,
  Member,
  Selection,
} from "./contract.ts";
import { exclusionOf } from "./exclusion.ts";
import { Changes } from "./changes.ts";
import { balancerOf } from "./index.ts";
import { ViewedSelection, type View } from "./viewed-selection.ts";

/** An endpoint as the registry names it. */
export interface Endpoint {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  /** Its place in the service, from 0; absent: by the number in its id. */
  readonly slot?: number | undefined;
}

/** What was set of a server by hand while it runs. */
export interface ServerOverride {
  /** Instead of the configured weight. */
  readonly weight?: number | undefined;
  /** `drain`: nothing new; `down`: out, as by the configuration. */
  readonly admin?: "ready" | "drain" | "down" | undefined;
}

interface Entry {
  readonly endpoint: Endpoint;
  readonly load: { inFlight: number };
  health: HealthStatus;
}

/** What a view is made of. */
export interface ViewDeps extends BalancerDeps {
  /** Another balancer in the place of our own code's, such as an installed program. */
  readonly instead?: ((own: () => Balancer) => Balancer | undefined) | undefined;
  /** Whether a debugger holds an instance: that it fails does not count against it. */
  readonly isDebugged?: ((instance: string) => boolean) | undefined;
}

/** A server of which the configuration says nothing. */
const PLAIN = Server.parse({});

/**
 * The gateway's view of one service: what the registry holds, joined with what the health checks
 * found. Every change hands the balancer a new list of members; picks only read.
 */
export class ServiceView {
  /** By an endpoint's id, who hears when it fails too many calls: its health checks. */
  readonly suspicions = new Map<string, NonNullable<BalancerDeps["suspect"]>>();
  readonly #deps: ViewDeps;
  readonly #entries = new Map<string, Entry>();
  /** Gone from the registry, with attempts still under way. */
  readonly #leaving = new Map<string, { inFlight: number }>();
  /** Who waits until an endpoint is out of use. */
  readonly #waiting = new Map<string, Set<() => void>>();
  /** Told after every change of eligibility. */
  readonly #changes = new Changes();
  /** What was set by hand; lives as long as the view, also through restarts of an instance. */
  readonly #overrides = new Map<string, ServerOverride>();
  /** For the picks of all calls. */
  readonly #view: View = {
    balancer: () => this.#balancer,
    isDebugged: (instance) => this.#deps.isDebugged?.(instance) ?? false,
    taken: (member) => {
      member.load.inFlight++;
      this.#balancer.loadChanged?.(member);
    },
    released: (member) => {
      const { id, load } = member;
      load.inFlight--;
      this.#balancer.loadChanged?.(member);
      if (load.inFlight > 0 || this.#leaving.get(id) !== load) return;
      this.#leaving.delete(id);
      this.#becameIdle(id);
    },
  };
  #spec: BalancerSpec;
  #kind: BalancerKind;
  #balancer: Balancer;

  constructor(spec: BalancerSpec, deps: ViewDeps) {
    const suspect: BalancerDeps["suspect"] = (id, how) => this.suspicions.get(id)?.(id, how);
    this.#deps = { ...deps, suspect };
    this.#spec = spec;
    this.#kind = balancerOf(spec.algorithm);
    this.#balancer = this.#create();
  }

  get kind(): BalancerKind {
    return this.#kind;
  }

  /** Other settings from the next pick on; calls in flight are still counted. */
  configure(spec: BalancerSpec): void {
    const before = this.#balancer;
    this.#spec = spec;
    this.#kind = balancerOf(spec.algorithm);
    this.#balancer = this.#create();
    this.#publish();
    before.retire?.();
  }

  /** Nobody will be picked any more. */
  close(): void {
    this.#balancer.retire?.();
  }

  /** Sets what a server's weight and state are from now on; `{}` goes back to the configuration. */
  override(id: string, override: ServerOverride): void {
    this.#overrides.set(id, override);
    this.#publish();
  }

  overrideOf(id: string): ServerOverride {
    return this.#overrides.get(id) ?? {};
  }

  /** The weight that an endpoint has now; undefined when there is no such endpoint. */
  weightOf(id: string): number | undefined {
    const entry = this.#entries.get(id);
    return entry && this.#memberOf(entry).weight;
  }

  /** What is said of each member now, by the configuration or by hand, in their order. */
  get servers(): Server[] {
    return this.#members().map(({ server, weight, excluded }) => {
      return { ...server, weight, down: excluded === "down" || excluded === "draining" };
    });
  }

  put(endpoint: Endpoint): void {
    const known = this.#entries.get(endpoint.id);
    const same = known?.endpoint.port === endpoint.port && known.endpoint.host === endpoint.host;
    this.#entries.set(endpoint.id, {
      endpoint,
      load: known?.load ?? { inFlight: 0 },
      health: same ? known.health : "unknown",
    });
    this.#publish();
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    this.#publish();
    if (entry.load.inFlight > 0) this.#leaving.set(id, entry.load);
    else this.#becameIdle(id);
  }

  setHealth(id: string, health: HealthStatus): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.health === health) return;
    entry.health = health;
    this.#publish();
  }

  /** A health check of an endpoint has passed, whether or not that changed its status. */
  readonly checkPassed = (id: string): void => this.#balancer.checkPassed?.(id);

  /** Whether its health lets it be picked; who was taken out on purpose is ready all the same. */
  isEligible(id: string): boolean {
    return this.#entries.get(id)?.health === "passing";
  }

  /** Resolves when the endpoint is eligible. Rejects with the signal's reason. */
  whenEligible(id: string, signal: AbortSignal): Promise<void> {
    return this.#changes.until(() => this.isEligible(id), signal);
  }

  /** Begins the picks of one call; each pick is counted as in flight until it is ended. */
  begin(subject: CallSubject, beginning: Beginning): Selection {
    return new ViewedSelection(this.#view, subject, beginning);
  }

  /** What the inspector draws of the balancer. */
  picture(): BalancerPicture {
    return this.#balancer.picture();
  }

  /**
   * Resolves when the endpoint is out of the view and no attempt at it is under way, or when the
   * signal is aborted: nobody waits any longer then.
   */
  drained(id: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#isIdle(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const settle = () => {
        waiting.delete(settle);
        signal.removeEventListener("abort", settle);
        resolve();
      };
      waiting.add(settle);
      signal.addEventListener("abort", settle, { once: true });
    });
  }

  #create(): Balancer {
    const [kind, spec, deps] = [this.#kind, this.#spec, this.#deps];
    const own = () => kind.create(spec, deps);
    return deps.instead?.(own) ?? own();
  }

  #isIdle(id: string): boolean {
    return !this.#entries.has(id) && !this.#leaving.has(id);
  }

  #becameIdle(id: string): void {
    if (!this.#isIdle(id)) return;
    for (const settle of [...(this.#waiting.get(id) ?? [])]) settle();
    this.#waiting.delete(id);
  }

  #publish(): void {
    this.#balancer.update(this.#members());
    this.#changes.tell();
  }

  #members(): Member[] {
    return [...this.#entries.values()]
      .map((entry) => this.#memberOf(entry))
      .sort((a, b) => a.slot - b.slot || ordinalOf(a.id) - ordinalOf(b.id));
  }

  #memberOf({ endpoint, load, health }: Entry): Member & { readonly slot: number } {
    const { id, slot = ordinalOf(id) - 1 } = endpoint;
    const server = this.#spec.servers?.[slot];
    const { weight = server?.weight ?? endpoint.weight, admin } = this.#overrides.get(id) ?? {};
    const excluded = exclusionOf(server ?? PLAIN, admin, health);
    return { ...endpoint, slot, weight, load, server: server ?? PLAIN, excluded };
  }
}

/** The number at the end of an instance's id: 12 of `checkout-12`. */
function ordinalOf(id: string): number {
  return Number(/(\d+)$/.exec(id)?.[1] ?? 0);
}
