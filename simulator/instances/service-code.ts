import { FuseboardError, messageOf } from "../kernel/errors.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import type { ClusterContext, Prepared, Runtime } from "../runtimes/contract.ts";
import type { ProblemBoard } from "./problem-board.ts";

export interface CodeDeps {
  readonly runtimes: readonly Runtime[];
  readonly context: ClusterContext;
  readonly problems: ProblemBoard;
  /** The files to watch from now on; resolves when changes are seen. */
  readonly watch: (service: string, files: readonly string[]) => Promise<void>;
}

/** What the instances of one service run, prepared anew when its files change. */
export class ServiceCode {
  /** Key of the problem that its code has. */
  readonly problemKey: string;
  readonly #service: string;
  readonly #deps: CodeDeps;
  #newest: ReadonlyMap<string, Prepared> | undefined;
  #spec: ServiceSpec | undefined;
  #watched: Promise<void> = Promise.resolve();

  constructor(service: string, deps: CodeDeps) {
    this.#service = service;
    this.#deps = deps;
    this.problemKey = `service:${service}`;
  }

  /** Whether it could be prepared yet. */
  get ready(): boolean {
    return this.#newest !== undefined;
  }

  /** What the instance at a place runs: the newest that could be prepared, and by which runtime. */
  at(slot: number): { readonly runtime: string; readonly prepared: Prepared } | undefined {
    const runtime = this.#spec && this.#runtimeOf(this.#spec, slot)?.id;
    const prepared = runtime === undefined ? undefined : this.#newest?.get(runtime);
    return runtime === undefined || !prepared ? undefined : { runtime, prepared };
  }

  /** Resolves when changes of its files are seen. */
  get watched(): Promise<void> {
    return this.#watched;
  }

  /** Prepares a spec; false, and a problem in the facts, when that cannot be done. */
  async prepare(spec: ServiceSpec): Promise<boolean> {
    const { problems, context } = this.#deps;
    try {
      const newest = new Map<string, Prepared>();
      for (const runtime of this.#runtimesOf(spec)) {
        newest.set(runtime.id, await runtime.prepare(this.#service, spec, context));
      }
      this.#newest = newest;
      this.#spec = spec;
      this.#watch(this.#files);
      return true;
    } catch (error) {
      const location = error instanceof FuseboardError ? error.location : undefined;
      problems.found(this.problemKey, messageOf(error), { service: this.#service, location });
      // Mending it there is what makes it worth another try.
      this.#watch([...this.#files, ...(location ? [location.file] : [])]);
      return false;
    }
  }

  /** All that run an instance: those that are named one by one, and those beyond. */
  #runtimesOf(spec: ServiceSpec): Set<Runtime> {
    const named = spec.balancer.servers?.length ?? 0;
    const found = Array.from({ length: named + 1 }, (_, slot) => this.#runtimeOf(spec, slot));
    return new Set(
      found.map((runtime) => {
        if (runtime) return runtime;
        throw new FuseboardError("no-runtime", `Nothing can run the service "${this.#service}".`);
      }),
    );
  }

  #runtimeOf(spec: ServiceSpec, slot: number): Runtime | undefined {
    return this.#deps.runtimes.find((runtime) => runtime.runs(spec, slot));
  }

  get #files(): string[] {
    return [...(this.#newest?.values() ?? [])].flatMap(({ files }) => files);
  }

  /** Watches its files no more. */
  async close(): Promise<void> {
    this.#watch([]);
    await this.#watched;
  }

  /** Files may be watched a little later; the first instances may not start later. */
  #watch(files: readonly string[]): void {
    this.#watched = this.#deps.watch(this.#service, files);
  }
}
