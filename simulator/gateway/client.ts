import { Pool } from "undici";
import type { Scope } from "../kernel/scope.ts";
import { ANSWER_HEADERS, CALLER_HEADERS } from "../protocol/headers.ts";
import { Outcome } from "../protocol/model.ts";
import type { InvokeResult } from "../protocol/requests.ts";
import type { JsonValue } from "../protocol/spec.ts";

/** What is kept of an answer's body. */
const KEPT_BYTES = 1024 * 1024;

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

  /** Calls a service. Rejects when the gateway cannot be reached, or by the signal. */
  async invoke(service: string, payload: JsonValue, signal?: AbortSignal): Promise<InvokeResult> {
    const startedAt = performance.now();
    const { statusCode, headers, body } = await this.#pool.request({
      path: `/${encodeURIComponent(service)}`,
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(this.#token !== undefined && { [CALLER_HEADERS.token]: this.#token }),
      },
      body: JSON.stringify(payload),
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
