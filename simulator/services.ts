import { isAbsolute, resolve } from "node:path";
import { FuseboardError } from "./kernel/errors.ts";
import type { ServiceSpec } from "./protocol/spec.ts";
import { Service, type FunctionLocation, type ServiceDeps } from "./service.ts";

/** The services of a cluster, by name. */
export class Services {
  readonly #root: string;
  readonly #deps: ServiceDeps;
  readonly #services = new Map<string, Service>();

  /** `root` is the absolute path of the folder that functions' paths are relative to. */
  constructor(root: string, deps: ServiceDeps) {
    this.#root = root;
    this.#deps = deps;
  }

  get names(): string[] {
    return [...this.#services.keys()];
  }

  find(name: string): Service | undefined {
    return this.#services.get(name);
  }

  /** The service of a name; throws a FuseboardError when there is none. */
  get(name: string): Service {
    const service = this.#services.get(name);
    if (service) return service;
    const known = this.names.join(", ") || "none";
    throw new FuseboardError("unknown-service", `There is no service "${name}". Known: ${known}.`);
  }

  /** Whether a service runs a function of the user's, which is called with POST alone. */
  isFunction(name: string): boolean {
    return this.find(name)?.spec.function !== undefined;
  }

  /**
   * Adds a service, or changes the one there is.
   * @param fallbackOf the service whose fallback function it runs
   */
  define(name: string, spec: ServiceSpec, fallbackOf?: string): void {
    const location = this.#locationOf(spec);
    const known = this.#services.get(name);
    if (known) {
      known.redefine(spec, location);
      return;
    }
    const service = new Service(name, spec, location, { ...this.#deps, fallbackOf });
    this.#services.set(name, service);
    service.tell();
  }

  forget(name: string): void {
    this.find(name)?.close();
    this.#services.delete(name);
    this.#deps.log.append({ kind: "service-removed", service: name });
  }

  #locationOf({ function: reference }: ServiceSpec): FunctionLocation | undefined {
    const [file, name] = reference?.split("#") ?? [];
    if (file === undefined || name === undefined) return undefined;
    return { file: isAbsolute(file) ? file : resolve(this.#root, file), export: name };
  }
}
