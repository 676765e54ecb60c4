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
  #newest: Prepared | undefined;
  #runtime = "";
  #watched: Promise<void> = Promise.resolve();

  constructor(service: string, deps: CodeDeps) {
    this.#service = service;
    this.#deps = deps;
    this.problemKey = `service:${service}`;
  }

  /** The newest that could be prepared; undefined when nothing could yet. */
  get newest(): Prepared | undefined {
    return this.#newest;
  }

  /** Id of the runtime that runs it. */
  get runtime(): string {
    return this.#runtime;
  }

  /** Resolves when changes of its files are seen. */
  get watched(): Promise<void> {
    return this.#watched;
  }

  /** Prepares a spec; false, and a problem in the facts, when that cannot be done. */
  async prepare(spec: ServiceSpec): Promise<boolean> {
    const { runtimes, context, problems } = this.#deps;
    try {
      const runtime = runtimes.find((each) => each.runs(spec));
      if (!runtime) {
        throw new FuseboardError("no-runtime", `Nothing can run the service "${this.#service}".`);
      }
      this.#newest = await runtime.prepare(this.#service, spec, context);
      this.#runtime = runtime.id;
      this.#watch(this.#newest.files);
      return true;
    } catch (error) {
      const location = error instanceof FuseboardError ? error.location : undefined;
      problems.found(this.problemKey, messageOf(error), { service: this.#service, location });
      // Mending it there is what makes it worth another try.
      this.#watch([...(this.#newest?.files ?? []), ...(location ? [location.file] : [])]);
      return false;
    }
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
