import { ResponseError, type CancellationToken, type MessageConnection } from "vscode-jsonrpc";
import type { z } from "zod";
import {
  ERROR_CODES,
  REQUESTS,
  type RequestInput,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from "./requests.ts";

/** The asking end. Rejects with the other end's error, or when an answer has the wrong shape. */
export interface RequestClient {
  request<N extends RequestName>(name: N, params: RequestInput<N>): Promise<RequestResult<N>>;
}

/** The answering end: one handler a method. What a handler throws reaches the asking end. */
export type RequestHandlers = {
  [N in RequestName]: (
    params: RequestParams<N>,
    token: CancellationToken,
  ) => Promise<RequestResult<N>> | RequestResult<N>;
};

/** An asking end over a JSON-RPC connection. */
export function clientOf(connection: MessageConnection): RequestClient {
  return {
    async request(name, params) {
      const result: unknown = await connection.sendRequest(name, params);
      return parse(REQUESTS[name].result, result, `answer to "${name}"`) as never;
    },
  };
}

/** Answers the requests that come over a connection; a bad one is refused and changes nothing. */
export function serve(connection: MessageConnection, handlers: Partial<RequestHandlers>): void {
  for (const name of Object.keys(handlers) as RequestName[]) {
    connection.onRequest(name, async (params: unknown, token: CancellationToken) => {
      const valid = parse(REQUESTS[name].params, params ?? null, `"${name}"`);
      try {
        const handler = handlers[name] as (p: unknown, t: CancellationToken) => unknown;
        return (await handler(valid, token)) ?? null;
      } catch (error) {
        if (error instanceof ResponseError) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new ResponseError(ERROR_CODES.failed, message);
      }
    });
  }
}

/** Parses what came over a channel; throws a ResponseError that names what is wrong with it. */
export function parse<T extends z.ZodType>(type: T, value: unknown, what: string): z.output<T> {
  const parsed = type.safeParse(value);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const where = first && first.path.length > 0 ? ` at ${first.path.join(".")}` : "";
  throw new ResponseError(
    ERROR_CODES.invalid,
    `Invalid ${what}${where}: ${first?.message ?? "unknown error"}`,
  );
}
