import type { Supervisor } from "./instances/supervisor.ts";
import { FuseboardError } from "./kernel/errors.ts";
import { fallbackFunctionOf } from "./protocol/fallback-function.ts";
import { ServiceSpec } from "./protocol/spec.ts";
import type { Services } from "./services.ts";

export interface DefinitionsDeps {
  readonly services: Services;
  /** Throws before the cluster is running. */
  readonly supervisor: () => Supervisor;
  readonly stopLoad: (service: string) => void;
  /** A service is gone. */
  readonly removed: (service: string) => void;
}

/**
 * Definitions of services that come, change and go. A service whose fallback is a function has
 * another service beside it that runs the function, and goes with it.
 */
export class Definitions {
  readonly #deps: DefinitionsDeps;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
  }

  /**
   * Adds a service, or replaces its definition and exchanges its instances one by one. Throws a
   * FuseboardError when a name is needed twice.
   */
  async define(name: string, spec: ServiceSpec): Promise<void> {
    const { services, supervisor } = this.#deps;
    this.#refuseCompanion(name);
    const companion = this.#companion(name, spec);
    services.define(name, spec);
    const fallback = fallbackFunctionOf(name);
    const besides = companion
      ? this.#defineCompanion(name, fallback, companion)
      : this.#removeCompanion(name);
    await Promise.all([supervisor().define(name, spec), besides]);
  }

  /** Removes a service; throws a FuseboardError when there is none, or when it belongs to another. */
  async remove(name: string): Promise<void> {
    this.#deps.services.get(name);
    this.#refuseCompanion(name);
    await Promise.all([this.#remove(name), this.#removeCompanion(name)]);
  }

  async #defineCompanion(name: string, fallback: string, spec: ServiceSpec): Promise<void> {
    this.#deps.services.define(fallback, spec, name);
    await this.#deps.supervisor().define(fallback, spec);
  }

  async #removeCompanion(name: string): Promise<void> {
    const fallback = fallbackFunctionOf(name);
    if (this.#deps.services.find(fallback)?.fallbackOf === name) await this.#remove(fallback);
  }

  async #remove(name: string): Promise<void> {
    const { services, supervisor, stopLoad, removed } = this.#deps;
    stopLoad(name);
    await supervisor().remove(name);
    services.forget(name);
    removed(name);
  }

  /** The service that runs the fallback function, if there is such a fallback. */
  #companion(name: string, { fallback, timeout }: ServiceSpec): ServiceSpec | undefined {
    if (!fallback || !("function" in fallback)) return undefined;
    const companion = fallbackFunctionOf(name);
    const taken = this.#deps.services.find(companion);
    if (taken && taken.fallbackOf !== name) {
      const message = `"${name}" needs the name "${companion}" for its fallback function, but there is such a service already. Rename that one, or give "${name}" another fallback.`;
      throw new FuseboardError("name-taken", message);
    }
    return { ...ServiceSpec.parse({ function: fallback.function, instances: 1 }), timeout };
  }

  #refuseCompanion(name: string): void {
    const owner = this.#deps.services.find(name)?.fallbackOf;
    if (owner === undefined) return;
    const message = `"${name}" runs the fallback function of "${owner}". Change or remove the fallback of "${owner}" instead.`;
    throw new FuseboardError("fallback-function", message);
  }
}
