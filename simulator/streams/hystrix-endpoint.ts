import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../kernel/clock.ts";
import { hystrixGoFormat } from "./hystrix-go-format.ts";
import { netflixFormat } from "./netflix-format.ts";
import { eventText, type StreamedCircuit, type StreamFormat } from "./stream-format.ts";

const FORMATS = [netflixFormat, hystrixGoFormat];

/** A client with so many bytes unread is left out of a round, as both libraries drop for it. */
const UNREAD_BYTES = 64 * 1024;

export interface HystrixEndpointDeps {
  readonly clock: Clock;
  /**
   * The circuits of both Hystrix engines with their metrics as of now. Asking hystrix-go's may
   * open it, as its own stream does.
   */
  circuits(): readonly StreamedCircuit[];
  /** Whether a service has Netflix's engine: its format is the default then. */
  hasNetflix(): boolean;
}

/**
 * `GET /hystrix.stream`: metrics of the circuits of both Hystrix engines, for the Hystrix
 * Dashboard, Turbine, and whoever reads their formats. `?format=hystrix-go` or `?format=hystrix`
 * says which; otherwise it is Netflix's when a service has that engine.
 */
export class HystrixEndpoint {
  readonly #deps: HystrixEndpointDeps;
  readonly #rounds = new Map<StreamFormat, Round>();

  constructor(deps: HystrixEndpointDeps) {
    this.#deps = deps;
  }

  /** Answers one client, until its connection closes. */
  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const asked = new URL(request.url ?? "/", "http://gateway").searchParams.get("format");
    const wanted = asked ?? (this.#deps.hasNetflix() ? "hystrix" : "hystrix-go");
    const format = FORMATS.find(({ id }) => id === wanted);
    if (!format) {
      const names = FORMATS.map(({ id }) => id).join(" or ");
      refuse(response, 400, `There is no format "${wanted}". Ask for ${names}.`);
      return;
    }
    const round = this.#rounds.get(format) ?? new Round(format, this.#deps);
    this.#rounds.set(format, round);
    if (round.clients >= format.maxClients) {
      refuse(response, 503, `MaxConcurrentConnections reached: ${format.maxClients}`);
      return;
    }
    response.writeHead(200, format.headers);
    response.flushHeaders();
    if (request.method === "HEAD") response.end();
    else round.add(response);
  };
}

/** The clients of one format; tells all of them the same, as long as there are any. */
class Round {
  readonly #format: StreamFormat;
  readonly #deps: HystrixEndpointDeps;
  readonly #clients = new Set<ServerResponse>();
  #cancel: (() => void) | undefined;

  constructor(format: StreamFormat, deps: HystrixEndpointDeps) {
    this.#format = format;
    this.#deps = deps;
  }

  get clients(): number {
    return this.#clients.size;
  }

  add(client: ServerResponse): void {
    this.#clients.add(client);
    client.once("close", () => {
      this.#clients.delete(client);
      if (this.#clients.size > 0) return;
      this.#cancel?.();
      this.#cancel = undefined;
    });
    this.#cancel ??= this.#next();
  }

  #next(): () => void {
    return this.#deps.clock.after(this.#format.intervalMs, () => {
      this.#cancel = this.#next();
      this.#tell();
    });
  }

  #tell(): void {
    const now = this.#deps.clock.now();
    const { ping } = this.#format;
    const events = this.#format.round(this.#deps.circuits(), now);
    const text = events.map((event) => eventText(this.#format, event)).join("") + ping;
    if (text === "") return;
    for (const client of this.#clients) {
      if (client.writableLength <= UNREAD_BYTES) client.write(text);
    }
  }
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}
