import type { CallSubject } from "../balancing/contract.ts";
import { ServiceView } from "../balancing/service-view.ts";
import type { CallReply, RequestBody } from "../call/contract.ts";
import { Pipeline } from "../call/pipeline.ts";
import { Cancellation } from "../kernel/cancellation.ts";
import { EventLog } from "../kernel/event-log.ts";
import { seededRandom } from "../kernel/random.ts";
import type { FactSink } from "../kernel/event-log.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import { EngineCircuit } from "../resilience/circuit.ts";
import { ServiceGuard } from "../resilience/guard.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { VirtualWire, type Behave } from "./virtual-wire.ts";

export interface VirtualOptions {
  readonly name: string;
  readonly spec: ServiceSpec;
  /** What a seed decides: the algorithms' chance. */
  readonly seed: number;
  readonly behave: Behave;
  /** Takes the facts of the calls; absent: none are made, which is faster. */
  readonly facts?: FactSink;
  /** Ids of the instances; absent: `<name>-1` and so on, as many as the spec says. */
  readonly instances?: readonly string[];
}

/** What is asked of a service in virtual time. */
export interface VirtualCall extends Omit<CallSubject, "header"> {
  /** Header names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const NO_BODY: RequestBody = { open: () => Buffer.alloc(0), replayable: true };

/** One service whose gateway is the real one, with servers and time that are not. */
export class VirtualService {
  readonly clock = new VirtualClock();
  readonly view: ServiceView;
  readonly #name: string;
  readonly #pipeline: Pipeline;
  #calls = 0;

  constructor(options: VirtualOptions) {
    const { name, spec, seed, behave, facts } = options;
    this.#name = name;
    const { clock } = this;
    const view = new ServiceView(spec.balancer, { clock, random: seededRandom(seed) });
    this.view = view;
    const circuit =
      spec.breaker && new EngineCircuit(spec.breaker, { clock, changed: () => undefined });
    const guard = new ServiceGuard(spec, { clock, circuit });
    const log = facts && new EventLog(clock);
    if (facts) log?.subscribe(facts);
    const service = { spec, guard, begin: view.begin.bind(view) };
    this.#pipeline = new Pipeline({
      clock,
      wire: new VirtualWire(clock, behave),
      faults: { pass: () => undefined, refuses: () => false },
      log,
      service: (asked) => (asked === name ? service : undefined),
      newId: () => this.#newId(),
    });
    const count = spec.balancer.servers?.length ?? spec.instances;
    const ids = options.instances ?? Array.from({ length: count }, (_, i) => `${name}-${i + 1}`);
    ids.forEach((id, slot) => {
      const { weight = 1 } = spec.balancer.servers?.[slot] ?? {};
      view.put({ id, host: "127.0.0.1", port: 80, weight, slot });
      view.setHealth(id, "passing");
    });
  }

  /** Makes a call at this moment of virtual time; `id` names it to the servers' behaviour. */
  async call(call: VirtualCall, id = this.#newId()): Promise<CallReply> {
    const reply = await this.#pipeline.call({
      ...call,
      id,
      service: this.#name,
      caller: { kind: "load" },
      parent: undefined,
      traceId: id,
      body: NO_BODY,
      idempotent: false,
      deadline: undefined,
      cancellation: Cancellation.never,
    });
    if (!reply) throw new TypeError(`There is no service ${this.#name}.`);
    return reply;
  }

  #newId(): string {
    return (++this.#calls).toString(16).padStart(16, "0");
  }
}
