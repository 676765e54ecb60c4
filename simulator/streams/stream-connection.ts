import type { Readable } from "node:stream";
import { STATUS_CODES } from "node:http";
import { Agent } from "undici";
import { codeOf, FuseboardError, messageOf } from "../kernel/errors.ts";
import type { Scope } from "../kernel/scope.ts";

/** Where a stream is, and who asks. */
export interface StreamAddress {
  /** Without user and password. */
  readonly url: string;
  /** Value of the `authorization` header, when the URL named a user. */
  readonly authorization: string | undefined;
}

/** The URL of a stream, as a user gave it. Throws a FuseboardError when it cannot be one. */
export function streamAddress(text: string): StreamAddress {
  const url = URL.parse(text);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    const message = `"${text}" is not the URL of a stream. Expected one such as http://127.0.0.1:8181/hystrix.stream.`;
    throw new FuseboardError("bad-stream-url", message);
  }
  const authorization = authorizationOf(url);
  url.username = url.password = url.hash = "";
  return { url: url.href, authorization };
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "") return undefined;
  try {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(user).toString("base64")}`;
  } catch (error) {
    const message =
      "The user or password in the URL has a % that begins no character. Write a % itself as %25.";
    throw new FuseboardError("bad-stream-url", message, { cause: error });
  }
}

/** Opens connections to streams of events. */
export class StreamConnections {
  readonly #agent: Agent;
  readonly #silenceMs: number;

  /** `silenceMs`: the longest time without a byte. All end with the scope. */
  constructor(silenceMs: number, scope: Scope) {
    this.#silenceMs = silenceMs;
    this.#agent = new Agent({
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      connect: { timeout: silenceMs },
      // Each connection is used once.
      pipelining: 0,
    });
    scope.add(() => this.#agent.destroy());
  }

  /** Resolves with the body; rejects with a FuseboardError that says what is there instead. */
  async open({ url, authorization }: StreamAddress, signal: AbortSignal): Promise<Readable> {
    const { origin, pathname, search } = new URL(url);
    const asked = this.#agent.request({
      origin,
      path: pathname + search,
      method: "GET",
      headers: {
        accept: "text/event-stream",
        "cache-control": "no-cache",
        ...(authorization !== undefined && { authorization }),
      },
      signal,
    });
    const { statusCode, headers, body } = await asked.catch((error: unknown) => {
      if (!isHttpError(error)) throw this.explain(url, error);
      const message = `What listens at ${new URL(url).host} does not speak HTTP.`;
      throw new FuseboardError("no-stream", message, { cause: error });
    });
    const instead = insteadOf(url, statusCode, headers["content-type"]);
    if (instead === undefined) return body;
    // Its error would say that it was destroyed.
    body.on("error", () => undefined).destroy();
    throw instead;
  }

  /** Why an open connection broke off, or none came about. */
  explain(url: string, error: unknown): FuseboardError {
    const { host } = new URL(url);
    const seconds = this.#silenceMs / 1000;
    const texts: Readonly<Record<string, string>> = {
      ECONNREFUSED: `Nothing listens at ${host}. Start the program, or mend the URL.`,
      ENOTFOUND: `There is no host ${host}. Mend the URL.`,
      ERR_SSL_WRONG_VERSION_NUMBER: `${host} does not speak TLS. Write http:// in place of https://.`,
      ECONNRESET: `${host} closed the connection.`,
      UND_ERR_SOCKET: `${host} closed the connection.`,
      UND_ERR_CONNECT_TIMEOUT: `${host} takes no connection for ${seconds}s.`,
      UND_ERR_HEADERS_TIMEOUT: `${host} takes the connection and says nothing for ${seconds}s. hystrix-go does so until the first command has run.`,
      UND_ERR_BODY_TIMEOUT: `${url} has sent nothing for ${seconds}s.`,
      UND_ERR_HEADERS_OVERFLOW: `${url} answers with a head that is too large.`,
    };
    const code = codeOf(error) ?? "";
    // OpenSSL's own has several lines.
    const [reason = ""] = messageOf(error).split("\n");
    const message = isHttpError(error)
      ? `${host} broke off the stream.`
      : (texts[code] ?? `${url} cannot be read: ${reason}.`);
    return new FuseboardError(code === "UND_ERR_HEADERS_TIMEOUT" ? SILENT : "no-stream", message, {
      cause: error,
    });
  }
}

/** Code of the error when the connection was taken and no answer came. */
export const SILENT = "stream-silent";

/** What came does not follow the rules of HTTP, or ends where it must not. */
const isHttpError = (error: unknown) => error instanceof Error && error.name === "HTTPParserError";

const WHERE =
  "hystrix-go serves it where your program puts hystrix.NewStreamHandler(), Spring at /actuator/hystrix.stream.";

function insteadOf(
  url: string,
  status: number,
  type: string | string[] | undefined,
): FuseboardError | undefined {
  const contentType = String(type ?? "")
    .split(";", 1)[0]
    ?.trim()
    .toLowerCase();
  if (status === 200 && contentType === "text/event-stream") return undefined;
  const answers =
    status === 200
      ? `${contentType === "" ? "something without a content type" : (contentType ?? "")}, not text/event-stream`
      : `${status} ${STATUS_CODES[status] ?? ""}`.trim();
  const hint =
    status === 503 ? "It may have as many clients as it allows: Netflix Hystrix takes 5." : WHERE;
  return new FuseboardError("no-stream", `${url} answers ${answers}. ${hint}`);
}
