import { EventEmitter, type Disposable } from "vscode";
import type { FactBatch } from "../../simulator/protocol/events.ts";
import type { ClusterPhase, Snapshot } from "../../simulator/protocol/model.ts";
import type {
  RequestInput,
  RequestName,
  RequestResult,
} from "../../simulator/protocol/requests.ts";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { withoutService, withService, type ClusterPlan } from "./cluster-plan.ts";
import { ClusterStore } from "./cluster-store.ts";
import { killTrees } from "./kill-trees.ts";
import { SimulatorProcess } from "./simulator-process.ts";

interface Session {
  readonly process: SimulatorProcess;
  readonly store: ClusterStore;
  /** Whether it ended gracefully, once it has; undefined until it is asked to. */
  stopping: Promise<boolean> | undefined;
}

/** The one cluster of this window: at most one simulator process at a time. */
export class CurrentCluster implements Disposable {
  readonly #main: string;
  readonly #printed: (line: string) => void;
  readonly #change = new EventEmitter<void>();
  readonly #phaseChange = new EventEmitter<ClusterPhase>();
  readonly #facts = new EventEmitter<FactBatch>();
  #session: Session | undefined;
  #phase: ClusterPhase = "stopped";
  #failure: string | undefined;
  #plan: ClusterPlan | undefined;

  /** The snapshot changed. */
  readonly onDidChange = this.#change.event;
  /** The cluster came, went or failed. */
  readonly onDidChangePhase = this.#phaseChange.event;
  readonly onDidReceiveFacts = this.#facts.event;

  /**
   * @param main absolute path of `dist/simulator/main.cjs`
   * @param printed takes the lines that the simulator itself prints
   */
  constructor(main: string, printed: (line: string) => void) {
    this.#main = main;
    this.#printed = printed;
  }

  get phase(): ClusterPhase {
    return this.#phase;
  }
  /** Sentence on why it failed; only in phase `failed`. */
  get failure(): string | undefined {
    return this.#failure;
  }
  /** What runs, or ran last. */
  get plan(): ClusterPlan | undefined {
    return this.#plan;
  }
  /** The state; undefined unless a simulator runs. */
  get snapshot(): Snapshot | undefined {
    return this.#session?.store.snapshot;
  }

  /**
   * Starts a cluster; settles when all instances are healthy.
   * @param node absolute path of the `node` that runs functions
   * @returns false when it was stopped meanwhile
   * @throws Error with a sentence for the user; the phase is `failed` then
   */
  async start(plan: ClusterPlan, node: string | undefined): Promise<boolean> {
    if (this.#session) throw new Error("A cluster runs already. Stop it first.");
    this.#plan = plan;
    const session = this.#launch(plan.name);
    this.#enter("starting");
    try {
      const { spec, root, name } = plan;
      await session.process.client.request("start", { spec, root, name, node });
      if (!this.#runs(session)) return false;
      this.#enter("running");
      return true;
    } catch (error) {
      if (session.stopping) return false;
      // It died: its exit has told already.
      if (!this.#runs(session)) throw new Error(this.#failure, { cause: error });
      session.stopping = session.process.stop();
      await session.stopping;
      this.#session = undefined;
      this.#enter("failed", error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Stops what runs, also while it starts; settles when nothing of it is left. */
  async stop(timeoutMs?: number): Promise<void> {
    const session = this.#session;
    if (!session) {
      this.#enter("stopped");
      return;
    }
    if (!session.stopping) {
      session.stopping = session.process.stop(timeoutMs);
      this.#enter("stopping");
    }
    const graceful = await session.stopping;
    if (!graceful) killTrees(livePids(session.store.snapshot));
    if (this.#session !== session) return;
    this.#session = undefined;
    this.#enter("stopped");
  }

  /** Asks the simulator. Rejects with a sentence for the user. */
  async request<N extends RequestName>(
    name: N,
    params: RequestInput<N>,
  ): Promise<RequestResult<N>> {
    if (!this.#session) throw new Error("No cluster is running. Start it first.");
    return this.#session.process.client.request(name, params);
  }

  /**
   * Adds or replaces a service of what runs, and of what a restart runs.
   * @param unwritten it is not in the cluster file
   */
  async defineService(service: string, spec: ServiceSpec, unwritten: boolean): Promise<void> {
    await this.request("defineService", { service, spec });
    if (this.#plan) this.#plan = withService(this.#plan, service, spec, unwritten);
  }

  async removeService(service: string): Promise<void> {
    await this.request("removeService", { service });
    if (this.#plan) this.#plan = withoutService(this.#plan, service);
  }

  /** Services that were added in memory have been written into the cluster file. */
  markWritten(services: readonly string[]): void {
    if (!this.#plan) return;
    const unwritten = this.#plan.unwritten.filter((name) => !services.includes(name));
    this.#plan = { ...this.#plan, unwritten };
  }

  dispose(): void {
    this.#change.dispose();
    this.#phaseChange.dispose();
    this.#facts.dispose();
  }

  #launch(name: string): Session {
    const process = SimulatorProcess.launch(this.#main, {
      facts: (batch) => {
        store.take(batch);
        this.#facts.fire(batch);
      },
      printed: this.#printed,
      exited: (reason) => {
        this.#exited(session, reason);
      },
    });
    const store = new ClusterStore(
      name,
      () => process.client.request("snapshot", null),
      () => this.#change.fire(),
    );
    const session: Session = { process, store, stopping: undefined };
    return (this.#session = session);
  }

  #exited(session: Session, reason: string): void {
    if (!this.#runs(session)) return;
    killTrees(livePids(session.store.snapshot));
    this.#session = undefined;
    this.#enter("failed", `The simulator stopped unexpectedly (${reason}).`);
  }

  /** Whether it is this window's, and nobody has asked it to stop. */
  #runs(session: Session): boolean {
    return this.#session === session && !session.stopping;
  }

  #enter(phase: ClusterPhase, failure?: string): void {
    this.#phase = phase;
    this.#failure = failure;
    this.#phaseChange.fire(phase);
    this.#change.fire();
  }
}

function livePids(snapshot: Snapshot): number[] {
  return Object.values(snapshot.instances).flatMap(({ pid, phase }) =>
    pid !== undefined && /^(starting|running|draining|frozen)$/.test(phase) ? [pid] : [],
  );
}
