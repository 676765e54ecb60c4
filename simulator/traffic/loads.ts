import { clientAddress } from "../kernel/client-address.ts";
import type { Clock } from "../kernel/clock.ts";
import type { EventLog } from "../kernel/event-log.ts";
import type { Random } from "../kernel/random.ts";
import type { Scope } from "../kernel/scope.ts";
import { DEFAULT_CLIENTS, type LoadShape, type LoadState } from "../protocol/model.ts";
import type { JsonValue } from "../protocol/spec.ts";
import type { CallService, Generator } from "./contract.ts";
import { loadKindOf } from "./index.ts";

export interface LoadsDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: EventLog;
  readonly scope: Scope;
  readonly call: CallService;
}

interface Running {
  state: LoadState;
  readonly generator: Generator;
  readonly scope: Scope;
}

/** The loads of a cluster: at most one a service. */
export class Loads {
  readonly #deps: LoadsDeps;
  readonly #running = new Map<string, Running>();

  constructor(deps: LoadsDeps) {
    this.#deps = deps;
  }

  /** Starts load on a service, or changes the one that runs. */
  set(service: string, shape: LoadShape, payload: JsonValue): LoadState {
    const running = this.#running.get(service);
    if (running?.state.shape.kind === shape.kind) {
      running.state = { ...running.state, shape, payload };
      running.generator.adjust(shape);
      this.#deps.log.append({ kind: "load-changed", load: running.state });
      return running.state;
    }
    if (running) this.stop(service);
    return this.#start({ service, shape, payload, since: this.#deps.clock.now() });
  }

  /** Stops the load on a service; none there is no error. */
  stop(service: string): void {
    const running = this.#running.get(service);
    if (!running) return;
    this.#running.delete(service);
    void running.scope.dispose();
    this.#deps.log.append({ kind: "load-stopped", service });
  }

  stopAll(): void {
    for (const service of [...this.#running.keys()]) this.stop(service);
  }

  #start(state: LoadState): LoadState {
    const { clock, random, log, call } = this.#deps;
    const scope = this.#deps.scope.child();
    const entry: { running?: Running } = {};
    const fire = () => {
      const { service, payload, shape } = entry.running?.state ?? state;
      const { clients = DEFAULT_CLIENTS } = shape;
      const client = clientAddress(Math.floor(random.next() * clients));
      const item = 1 + Math.floor(random.next() * clients);
      return call({ service, payload, client, item, signal: scope.signal });
    };
    log.append({ kind: "load-started", load: state });
    const generator = loadKindOf(state.shape).start(state.shape, { clock, random, scope, fire });
    entry.running = { state, generator, scope };
    this.#running.set(state.service, entry.running);
    return state;
  }
}
