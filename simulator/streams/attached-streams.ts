import type { Clock } from "../kernel/clock.ts";
import { FuseboardError } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import { originOf } from "../kernel/origin.ts";
import type { Scope } from "../kernel/scope.ts";
import type { StreamState } from "../protocol/model.ts";
import type { RequestParams } from "../protocol/requests.ts";
import { FollowedStream, type FollowTarget } from "./followed-stream.ts";
import { StreamConnections, streamAddress, type StreamAddress } from "./stream-connection.ts";

/** So long a stream may send nothing: both libraries send at least once a second. */
const SILENCE_MS = 10_000;

export interface AttachedStreamsDeps {
  readonly clock: Clock;
  readonly log: EventLog;
  /** Where an instance serves; undefined: it does not run. Throws for an unknown one. */
  addressOf(instance: string): { readonly host: string; readonly port: number } | undefined;
  /** All streams end with it. */
  readonly scope: Scope;
  /** Longest time without a byte, in ms; absent: 10s. */
  readonly silenceMs?: number;
}

/** The streams of metrics of other programs that Fuseboard is attached to. */
export class AttachedStreams {
  readonly #deps: AttachedStreamsDeps;
  readonly #connections: StreamConnections;
  readonly #streams = new Map<string, FollowedStream>();
  #count = 0;

  constructor(deps: AttachedStreamsDeps) {
    this.#deps = deps;
    this.#connections = new StreamConnections(deps.silenceMs ?? SILENCE_MS, deps.scope);
    deps.scope.add(async () => {
      await Promise.all([...this.#streams.keys()].map((id) => this.detach(id)));
    });
  }

  /**
   * Attaches to a stream, or answers with the one that is there at this URL. Rejects with a
   * FuseboardError that says what is there instead of a stream.
   */
  async attach(asked: RequestParams<"attachStream">): Promise<StreamState> {
    const target = this.#targetOf(asked);
    const { url } = target.address();
    const known = [...this.#streams.values()].find(({ state }) => state.url === url);
    const stream = known ?? this.#follow(target);
    await stream.first;
    return stream.state;
  }

  /** Lets go of a stream. Throws a FuseboardError when there is none with this id. */
  async detach(id: string): Promise<void> {
    const stream = this.#streams.get(id);
    if (!stream) throw new FuseboardError("unknown-stream", `There is no stream "${id}".`);
    this.#streams.delete(id);
    await stream.end();
  }

  /** An instance is gone for good, and its streams with it. */
  async forget(instance: string): Promise<void> {
    const of = [...this.#streams.values()].filter(({ state }) => state.instance === instance);
    await Promise.all(of.map(({ state }) => this.detach(state.id)));
  }

  #follow(target: Omit<FollowTarget, "id">): FollowedStream {
    const id = `stream-${String(++this.#count)}`;
    const { clock, log } = this.#deps;
    const deps = { clock, log, connections: this.#connections };
    const stream = new FollowedStream({ id, ...target }, deps);
    this.#streams.set(id, stream);
    stream.start();
    // Whoever asked hears of it, too.
    stream.first.catch(() => this.#streams.delete(id));
    return stream;
  }

  #targetOf(asked: RequestParams<"attachStream">): Omit<FollowTarget, "id"> {
    if ("url" in asked) {
      const address = streamAddress(asked.url);
      const { name = new URL(address.url).host } = asked;
      return { name, address: () => address };
    }
    const { instance, port, path } = asked;
    const address = (): StreamAddress => {
      const served = this.#deps.addressOf(instance);
      if (served) return streamAddress(originOf(served.host, port ?? served.port) + path);
      const message = `${instance} does not run. Start it, then attach to its stream.`;
      throw new FuseboardError("not-running", message);
    };
    return { name: asked.name ?? new URL(address().url).host, instance, address };
  }
}
