import { Pool } from "undici";
import type { Endpoint, Headers, Wire, WireRequest, WireResponse } from "../call/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import { originOf } from "../kernel/origin.ts";
import type { Scope } from "../kernel/scope.ts";
import { Exchange } from "./exchange.ts";

/** Idle connections are closed before the instance closes them. */
const IDLE_MS = 30_000;

/** Keep-alive connections to the instances, one undici pool for each. */
export class PooledWire implements Wire {
  readonly #pools = new Map<string, Pool>();
  /** Of endpoints that are gone, with attempts still under way. */
  readonly #closing = new Set<Pool>();

  constructor(scope: Scope) {
    scope.add(async () => {
      const pools = [...this.#pools.values(), ...this.#closing];
      this.#pools.clear();
      await Promise.all(pools.map((pool) => pool.destroy()));
    });
  }

  send(
    endpoint: Endpoint,
    request: WireRequest,
    cancellation: Cancellation,
  ): Promise<WireResponse> {
    if (cancellation.reason) return Promise.reject(cancellation.reason);
    const pool = this.#poolOf(endpoint);
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(endpoint.id, request, cancellation, resolve, reject);
      pool.dispatch(
        {
          path: request.path,
          method: request.method,
          headers: flat(request.headers),
          body: request.body.open(),
        },
        exchange,
      );
    });
  }

  /** Closes the connections to an endpoint that is gone. */
  forget(host: string, port: number): void {
    const origin = originOf(host, port);
    const pool = this.#pools.get(origin);
    if (!pool) return;
    this.#pools.delete(origin);
    // Attempts under way may still finish; `close` waits for them and cannot fail.
    this.#closing.add(pool);
    void pool.close().then(() => this.#closing.delete(pool));
  }

  #poolOf({ host, port }: Endpoint): Pool {
    const origin = originOf(host, port);
    let pool = this.#pools.get(origin);
    if (!pool) {
      pool = new Pool(origin, {
        pipelining: 1,
        keepAliveTimeout: IDLE_MS,
        // How long anybody waits is up to the layers around the attempt, which know the settings.
        connect: { timeout: 0 },
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      this.#pools.set(origin, pool);
    }
    return pool;
  }
}

function flat(headers: Headers): string[] {
  const list: string[] = [];
  for (const [name, value] of headers) list.push(name, value);
  return list;
}
