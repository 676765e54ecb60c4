import { Pool } from "undici";
import type { Scope } from "../kernel/scope.ts";
import { ANSWER_HEADERS, CALLER_HEADERS } from "../protocol/headers.ts";
import { Outcome } from "../protocol/model.ts";
import type { InvokeResult } from "../protocol/requests.ts";
import type { JsonValue } from "../protocol/spec.ts";

/** What is kept of an answer's body. */
const KEPT_BYTES = 1024 * 1024;

/** Who calls, and for how long. */
export interface CallFrom {
  /** The caller's IP address, as balancers see it; absent: this machine's. */
  readonly client?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Calls services through a gateway as anyone would: over HTTP. */
export class GatewayClient {
  readonly #pool: Pool;
  readonly #token: string | undefined;

  /** `token` says who calls; without one it is a stranger. */
  constructor(gateway: string, token: string | undefined, scope: Scope) {
    this.#pool = new Pool(gateway, { headersTimeout: 0, bodyTimeout: 0 });
    this.#token = token;
    scope.add(() => this.#pool.destroy());
  }

  /** Calls a service with POST. Rejects when the gateway cannot be reached, or by the signal. */
  invoke(service: string, payload: JsonValue, from: CallFrom = {}): Promise<InvokeResult> {
    const headers = { "content-type": "application/json" };
    return this.#request(
      service,
      "",
      { method: "POST", headers, body: JSON.stringify(payload) },
      from,
    );
  }

  /** Asks a service for a path below its own, with GET. Rejects as {@link invoke} does. */
  get(service: string, path: string, from: CallFrom = {}): Promise<InvokeResult> {
    return this.#request(service, path, { method: "GET", headers: {} }, from);
  }

  async #request(
    service: string,
    below: string,
    asked: { method: "GET" | "POST"; headers: Record<string, string>; body?: string },
    { client, signal }: CallFrom,
  ): Promise<InvokeResult> {
    const startedAt = performance.now();
    const { statusCode, headers, body } = await this.#pool.request({
      ...asked,
      path: `/${encodeURIComponent(service)}${below}`,
      headers: {
        ...asked.headers,
        ...(this.#token !== undefined && { [CALLER_HEADERS.token]: this.#token }),
        ...(client !== undefined && { "x-forwarded-for": client }),
      },
      ...(signal && { signal }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (size < KEPT_BYTES) chunks.push(chunk);
      size += chunk.length;
    }
    const header = (name: string) => {
      const value = headers[name];
      return typeof value === "string" ? value : undefined;
    };
    const outcome = Outcome.safeParse(header(ANSWER_HEADERS.outcome));
    return {
      call: header(ANSWER_HEADERS.call) ?? "0".repeat(16),
      status: statusCode,
      ms: performance.now() - startedAt,
      attempts: Number(header(ANSWER_HEADERS.attempts) ?? 0),
      instance: header(ANSWER_HEADERS.instance),
      outcome: outcome.success ? outcome.data : "failure",
      contentType: header("content-type"),
      body: Buffer.concat(chunks).subarray(0, KEPT_BYTES).toString(),
    };
  }
}
