import type { Clock } from "../../kernel/clock.ts";
import type { LayerId, ServiceSpec } from "../../protocol/spec.ts";
import type { Circuit, Layer } from "../contract.ts";

/** What layers are made of. */
export interface LayerDeps {
  readonly clock: Clock;
  /** The service's breaker; undefined: it has none. */
  readonly circuit: Circuit | undefined;
  /** The service's breaker at the moment, which may have been exchanged since. */
  readonly circuitNow: () => Circuit | undefined;
  /** Whether nothing but attempts is within the layer. */
  readonly innermost: boolean;
}

/** One kind of layer; an entry of `layers/index.ts`. */
export interface LayerKind {
  readonly id: LayerId;
  /** Its part of a service's settings; undefined: the service has no such layer. */
  settings(spec: ServiceSpec): unknown;
  /** It looks at `innermost`: with another place it is another layer, which knows nothing yet. */
  readonly byPlace?: true;
  /** Only called when there are settings. */
  create(spec: ServiceSpec, deps: LayerDeps): Layer | undefined;
}
