import type { AttemptResult } from "../call/contract.ts";
import type { Clock } from "../kernel/clock.ts";
import type { LayerPicture } from "../protocol/layer-model.ts";
import type { LayerId, ServiceSpec } from "../protocol/spec.ts";
import type { Circuit, Guard, GuardedCall, Layer, Next } from "./contract.ts";
import { layerKinds } from "./layers/index.ts";
import type { RetryRules } from "./retry-rules/contract.ts";
import { retryRules } from "./retry-rules/index.ts";

export interface GuardDeps {
  readonly clock: Clock;
  /** The service's breaker; the guard does not close it. */
  readonly circuit: Circuit | undefined;
  /** The service's breaker at the moment; absent: the one above. */
  readonly circuitNow?: () => Circuit | undefined;
}

/** A layer, and what it was made of. */
interface Built {
  readonly layer: Layer;
  readonly of: string;
  readonly circuit: Circuit | undefined;
}

/** The layers around the attempts at one service, in the order of its settings. */
export class ServiceGuard implements Guard {
  readonly circuit: Circuit | undefined;
  readonly #rules: RetryRules;
  readonly #layers: ReadonlyMap<LayerId, Built>;
  readonly #run: Next;

  /** Layers of `before` whose settings are still the same are taken over, with what they know. */
  constructor(spec: ServiceSpec, deps: GuardDeps, before?: ServiceGuard) {
    this.circuit = deps.circuit;
    this.#rules = retryRules(spec.retry);
    this.#layers = layersOf(spec, deps, before && before.#layers);
    let run: Next = (call, tried, bounds) => call.attempt(tried, bounds);
    for (const { layer } of [...this.#layers.values()].reverse()) {
      const next = run;
      run = (call, tried, bounds) => layer.run(call, tried, bounds, next);
    }
    this.#run = run;
  }

  get reuse(): boolean {
    return this.#rules.reuse;
  }

  get redispatch(): boolean {
    return this.#rules.redispatch ?? false;
  }

  statusOf(result: AttemptResult): number | undefined {
    return this.#rules.statusOf?.(result);
  }

  async run(call: GuardedCall): Promise<AttemptResult> {
    const first = call.open();
    const { cancellation, deadline } = call;
    const result = await this.#run(call, first, { cancellation, deadline });
    // A retry has said so already; only the first end counts.
    call.ended(first, result, false, false);
    return result;
  }

  picture(): LayerPicture[] {
    return [...this.#layers.values()].map(({ layer }) => layer.picture());
  }
}

/** The layers that have settings, outermost first. */
function layersOf(
  spec: ServiceSpec,
  deps: GuardDeps,
  before: ReadonlyMap<LayerId, Built> | undefined,
): ReadonlyMap<LayerId, Built> {
  const { clock, circuit } = deps;
  const circuitNow = deps.circuitNow ?? (() => circuit);
  const kinds = spec.layers
    .map((id) => layerKinds.find((kind) => kind.id === id))
    .filter((kind) => kind?.settings(spec) !== undefined);
  const built = new Map<LayerId, Built>();
  for (const kind of kinds) {
    if (!kind) continue;
    const innermost = kind === kinds.at(-1);
    const of = JSON.stringify([kind.settings(spec), kind.byPlace && innermost]);
    const known = before?.get(kind.id);
    const isSame = known?.of === of && (kind.id !== "breaker" || known.circuit === circuit);
    const layer = isSame
      ? known.layer
      : kind.create(spec, { clock, circuit, circuitNow, innermost });
    if (layer) built.set(kind.id, { layer, of, circuit });
  }
  return built;
}
