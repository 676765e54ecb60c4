import { Readable } from "node:stream";
import type { CallSubject, Pick, Selection } from "../../simulator/balancing/contract.ts";
import type { CallReply, CallRequest, FaultyPath, Wire } from "../../simulator/call/contract.ts";
import { Pipeline, type CallableService } from "../../simulator/call/pipeline.ts";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";
import type { EventLog } from "../../simulator/kernel/event-log.ts";
import type { Random } from "../../simulator/kernel/random.ts";
import type { Fact } from "../../simulator/protocol/events.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { Service } from "../../simulator/service.ts";
import type { CountedClock } from "./counted-clock.ts";

const INSTANCES = 3;
/** A call whose caller waits, and whose body can be sent again. */
export const PATIENT: Partial<CallRequest> = {
  deadline: undefined,
  cancellation: Cancellation.never,
  body: { open: () => Buffer.alloc(0), replayable: true },
};

const NO_FAULTS: FaultyPath = { pass: () => undefined, refuses: () => false };

export interface LayeredDeps {
  readonly clock: CountedClock;
  readonly random: Random;
  readonly log: EventLog;
  readonly wire: Wire;
  readonly faults?: FaultyPath;
}

/**
 * Services with all their layers in virtual time, each of three instances, and callers who read
 * what they get.
 */
export class LayeredServices {
  readonly facts: Fact[] = [];
  /** Calls without an answer, answers whose body is not over, picks that were not given back. */
  unanswered = 0;
  unread = 0;
  picked = 0;
  readonly #deps: LayeredDeps;
  readonly #services = new Map<string, Service>();
  readonly #pipeline: Pipeline;
  #ids = 0;

  constructor(files: Readonly<Record<string, Partial<ServiceFile>>>, deps: LayeredDeps) {
    const { clock, random, log, wire, faults = NO_FAULTS } = deps;
    this.#deps = deps;
    log.subscribe((fact) => this.facts.push(fact));
    const callable = new Map<string, CallableService>();
    for (const [name, file] of Object.entries(files)) {
      const spec = ServiceSpec.parse({ synthetic: {}, ...file });
      const service = new Service(name, spec, undefined, { clock, random, log });
      this.#services.set(name, service);
      callable.set(name, this.#counted(service));
      for (let i = 1; i <= INSTANCES; i++) this.register(name, `${name}-${String(i)}`);
    }
    this.#pipeline = new Pipeline({
      clock,
      wire,
      faults,
      log,
      service: (name) => callable.get(name),
      newId: () => this.#newId(),
    });
  }

  get names(): string[] {
    return [...this.#services.keys()];
  }

  /** All instances, whether they can be picked or not. */
  get instances(): string[] {
    return this.names.flatMap((name) =>
      Array.from({ length: INSTANCES }, (_, i) => `${name}-${String(i + 1)}`),
    );
  }

  service(name: string): Service {
    const service = this.#services.get(name);
    if (!service) throw new Error(`There is no service ${name}.`);
    return service;
  }

  /** An instance can be picked from now on. */
  register(service: string, id: string): void {
    const { view } = this.service(service);
    const slot = Number(id.slice(service.length + 1)) - 1;
    view.put({ id, host: "127.0.0.1", port: slot + 1, weight: 1, slot });
    view.setHealth(id, "passing");
  }

  /** A call whose caller reads the answer, or gives it up, by chance. */
  call(service: string, asks: Partial<CallRequest> = {}): void {
    this.unanswered++;
    void this.#pipeline.call(this.#requestOf(service, asks)).then((reply) => {
      if (!reply) return;
      this.unanswered--;
      this.#read(reply);
    });
  }

  /** Lets time pass until no call is under way and no layer has one within. */
  async finish(isQuiet: () => boolean): Promise<void> {
    const { virtual } = this.#deps.clock;
    // What has just been begun comes before the next moment.
    await virtual.settle();
    await virtual.runUntil(
      () => this.unanswered === 0 && this.unread === 0 && this.#isEmpty && isQuiet(),
    );
    for (const service of this.#services.values()) service.close();
    await virtual.settle();
  }

  get #isEmpty(): boolean {
    const all = [...this.#services.values()];
    return all.every(({ guard }) => guard.picture().every(({ inside }) => inside === 0));
  }

  #read({ body, done, discard }: CallReply): void {
    if (!(body instanceof Readable)) return;
    this.unread++;
    body.on("error", () => undefined).resume();
    if (this.#deps.random.next() < 0.1) discard();
    void done.then(() => this.unread--);
  }

  #requestOf(service: string, asks: Partial<CallRequest>): CallRequest {
    const { clock, random } = this.#deps;
    const id = this.#newId();
    const gone = Cancellation.independent();
    if (random.next() < 0.15) {
      clock.virtual.after(random.next() * 60, () => {
        gone.cancel(new Error("The caller went away."));
      });
    }
    const bytes = Buffer.from(String(Math.floor(random.next() * 50)));
    return {
      id,
      service,
      caller: { kind: "external" },
      parent: undefined,
      traceId: id,
      client: `10.0.0.${String(Math.floor(random.next() * 200))}`,
      method: random.next() < 0.5 ? "GET" : "POST",
      uri: `/${service}`,
      headers: [],
      body: { open: () => bytes, replayable: random.next() < 0.9, whole: bytes },
      idempotent: random.next() < 0.3,
      deadline: random.next() < 0.2 ? clock.now() + random.next() * 80 : undefined,
      cancellation: gone,
      ...asks,
    };
  }

  #newId(): string {
    return (++this.#ids).toString(16).padStart(16, "0");
  }

  /** The service, with its picks counted. */
  #counted(service: Service): CallableService {
    return {
      get spec() {
        return service.spec;
      },
      get guard() {
        return service.guard;
      },
      begin: (subject: CallSubject, beginning) =>
        this.#countedSelection(service.begin(subject, beginning)),
    };
  }

  #countedSelection(selection: Selection): Selection {
    const count = (pick: Pick) => {
      if (pick.member) this.picked++;
      return pick;
    };
    return {
      get tries() {
        return selection.tries;
      },
      pick: (ask) => {
        const pick = count(selection.pick(ask));
        const { place } = pick;
        if (!place) return pick;
        const { ahead, instance } = place;
        const leave = place.leave.bind(place);
        const onTurn: typeof place.onTurn = (take) => {
          place.onTurn((turn) => {
            take(turn && count(turn));
          });
        };
        return { ...pick, place: { ahead, instance, leave, onTurn } };
      },
      ended: (member, end) => {
        this.picked--;
        selection.ended(member, end);
      },
      redispatch: (sent) => selection.redispatch?.(sent),
      over: () => selection.over?.(),
    };
  }
}
