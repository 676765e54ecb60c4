import type { Member } from "../balancing/contract.ts";
import { WireError } from "../call/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import { messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";
import { ATTEMPT_HEADERS } from "../protocol/headers.ts";
import type { Decision } from "../protocol/model.ts";
import type { BalancerId, ServiceSpec } from "../protocol/spec.ts";
import type { DataPlane, LoggedTry, ProgramAnswer, ProgramRequest } from "./contract.ts";
import { decisionOf } from "./decision.ts";
import { Doors } from "./doors.ts";
import { Exchanges } from "./exchanges.ts";
import { launch, type Launched } from "./launch.ts";
import type { PlaneDeps } from "./plane-deps.ts";
import { PlaneProblems } from "./plane-problems.ts";
import { RestartNeeded, type ProgramKind } from "./program.ts";

/** A program that ended by itself is started again after this long. */
const AGAIN_MS = 1000;
/** Calls of a program that was replaced may take so long until it is killed. */
const GRACE_MS = 10_000;

/** One installed program at work for one service: started, kept in step, and asked. */
export class Plane implements DataPlane {
  readonly label: string;
  readonly algorithm: BalancerId;
  readonly #kind: ProgramKind;
  readonly #service: string;
  readonly #spec: ServiceSpec;
  readonly #deps: PlaneDeps;
  readonly #scope: Scope;
  readonly #doors: Doors;
  readonly #exchanges: Exchanges;
  readonly #problems: PlaneProblems;
  /** Settles when the program serves; rejects when it cannot. */
  #serving = Promise.withResolvers<Launched>();
  #current: Launched | undefined;
  #failure: string | undefined;
  #changed = false;
  #syncing: Promise<void> | undefined;
  #isRetired = false;

  constructor(kind: ProgramKind, service: string, spec: ServiceSpec, deps: PlaneDeps) {
    this.label = kind.label;
    this.#kind = kind;
    this.#service = service;
    this.#spec = spec;
    this.#deps = deps;
    this.#scope = deps.scope.child();
    this.#exchanges = new Exchanges(deps.clock);
    this.#problems = new PlaneProblems(kind.id, service, deps);
    this.algorithm = kind.algorithmFor(spec.balancer.algorithm).runs;
    const receive = (key: string) => this.#exchanges.receiver(key);
    const moved = () => this.#sync();
    this.#doors = new Doors(service, deps, receive, moved, this.#scope);
    // Without a call nobody hears of it; the problem in the facts says it.
    this.#serving.promise.catch(() => undefined);
  }

  get hidesAttempts(): boolean {
    return this.#doors.someRefuse;
  }

  /** Whether it cannot serve, as far as is known. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** Whether the retries that the service asks for are this program's own. */
  get retries(): boolean {
    return this.#spec.retry?.rules === this.#kind.id;
  }

  get members(): readonly Member[] {
    return this.#doors.members;
  }

  member(id: string): Member | undefined {
    return this.#doors.member(id);
  }

  /** The members from now on; the program follows. */
  update(members: readonly Member[]): void {
    this.#doors.update(members);
    this.#sync();
  }

  /** Resolves when the program has the newest members, or when it cannot have them. */
  async settled(): Promise<void> {
    while (this.#syncing) await this.#syncing;
  }

  faultsChanged(): void {
    this.#doors.faultsChanged();
  }

  decision(instance: string | undefined, logged?: string): Decision {
    return decisionOf(this, instance, logged);
  }

  async exchange(request: ProgramRequest, cancellation: Cancellation): Promise<ProgramAnswer> {
    const { port } = await this.#program(cancellation);
    const { key, client, method, uri, body } = request;
    const exchange = this.#exchanges.begin(request);
    try {
      const response = await this.#deps.wire.send(
        { id: this.label, host: "127.0.0.1", port },
        {
          method,
          uri,
          path: uri,
          headers: [
            ...request.headers,
            [ATTEMPT_HEADERS.exchange, key],
            [ATTEMPT_HEADERS.client, client],
          ],
          body,
          sent: () => undefined,
        },
        cancellation,
      );
      exchange.answered(response);
      return { response, log: exchange.log };
    } catch (error) {
      exchange.answered(undefined);
      throw error;
    }
  }

  /** Another balancer takes over: it finishes what is under way, and ends. */
  async retire(): Promise<void> {
    this.#isRetired = true;
    await this.settled();
    const { process } = this.#current ?? {};
    this.#current?.quit();
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#deps.clock.after(GRACE_MS, () => late.resolve(undefined));
    await Promise.race([process?.exited, late.promise]);
    cancel();
    this.#problems.solved("program");
    this.#problems.solved("algorithm");
    await this.#scope.dispose();
  }

  /** The program that serves; rejects with a WireError when it cannot. */
  async #program(cancellation: Cancellation): Promise<Launched> {
    if (this.#current && !this.#current.process.hasExited) return this.#current;
    const { signal } = cancellation;
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    try {
      return await Promise.race([this.#serving.promise, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  /** Has the program follow; what changes meanwhile is taken along at once afterwards. */
  #sync(): void {
    this.#changed = true;
    this.#syncing ??= this.#follow().finally(() => {
      this.#syncing = undefined;
      if (this.#changed && !this.#isRetired && !this.#scope.ended) this.#sync();
    });
  }

  async #follow(): Promise<void> {
    while (this.#changed && !this.#isRetired && !this.#scope.ended) {
      this.#changed = false;
      try {
        await this.#takeOver();
      } catch (error) {
        if (this.#scope.signal.aborted) return;
        this.#failed(messageOf(error));
      }
    }
  }

  async #takeOver(): Promise<void> {
    const servers = await this.#doors.servers();
    const current = this.#current;
    try {
      if (current && !current.process.hasExited) await current.apply(servers);
      else await this.#launch(servers);
    } catch (error) {
      if (!(error instanceof RestartNeeded)) throw error;
      await this.#launch(servers);
      current?.quit();
    }
    this.#doors.settled(servers);
    this.#solved();
  }

  async #launch(servers: Awaited<ReturnType<Doors["servers"]>>): Promise<void> {
    const { runs, same } = this.#kind.algorithmFor(this.#spec.balancer.algorithm);
    const way = { kind: this.#kind, service: this.#service, spec: this.#spec, algorithm: runs };
    const current = await launch({ ...way, retries: this.retries }, servers, this.#deps, {
      scope: this.#scope,
      logged: (key, tries) => this.#exchanges.logged(key, this.#named(tries)),
    });
    this.#current = current;
    this.#serving.resolve(current);
    const caveat = this.#kind.caveat?.(runs);
    if (!same) this.#problems.found("algorithm", "warning", nearest(this, this.#spec));
    else if (caveat !== undefined) this.#problems.found("algorithm", "warning", caveat);
    void current.process.exited.then(() => this.#ended(current));
  }

  /** Where the log does not say who was tried, and only one can have been. */
  #named(tries: readonly LoggedTry[]): readonly LoggedTry[] {
    const { theOneThatRefuses } = this.#doors;
    return tries.map(({ instance = theOneThatRefuses, text }) => ({ instance, text }));
  }

  #ended(ended: Launched): void {
    this.#deps.wire.forget("127.0.0.1", ended.port);
    if (ended !== this.#current || this.#isRetired || this.#scope.ended) return;
    this.#current = undefined;
    this.#serving = Promise.withResolvers();
    this.#serving.promise.catch(() => undefined);
    // Notices are of its daily life, and say nothing about its end.
    const said = ended.process.lines.findLast((line) => !line.includes("[notice]"));
    const because = said === undefined ? "" : ` It said last: ${said}`;
    this.#problems.found("program", "error", `${this.label} ended; it is started again.${because}`);
    const cancel = this.#deps.clock.after(AGAIN_MS, () => this.#sync());
    this.#scope.add(cancel);
  }

  #failed(message: string): void {
    this.#failure = message;
    this.#problems.found("program", "error", message);
    // With what serves still, the calls go on as before.
    if (this.#current) return;
    const before = this.#serving;
    this.#serving = Promise.withResolvers();
    this.#serving.promise.catch(() => undefined);
    before.reject(new WireError(message));
    this.#serving.reject(new WireError(message));
  }

  #solved(): void {
    this.#failure = undefined;
    this.#problems.solved("program");
  }
}

function nearest({ label, algorithm }: Plane, { balancer }: ServiceSpec): string {
  return `${label} has no ${balancer.algorithm}. The nearest that it has runs instead: ${algorithm}.`;
}
