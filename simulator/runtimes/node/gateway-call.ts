import { Agent, request, type IncomingMessage } from "node:http";

/** One call to the gateway. */
export interface GatewayCall {
  /** URL, without a slash at the end. */
  readonly gateway: string;
  readonly service: string;
  readonly event: unknown;
  readonly signal: AbortSignal;
}

/** The answer to `context.call` was 400 or above. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly status: number;
  /** The answer's body: parsed when it is JSON, else its text. */
  readonly body: unknown;

  constructor(service: string, status: number, body: unknown) {
    super(`${service} answered ${String(status)}${reasonIn(body)}`);
    this.status = status;
    this.body = body;
  }
}

let agent: Agent | undefined;

/** Posts an event as JSON; resolves with the parsed answer. Headers without a value are left out. */
export function callGateway(
  call: GatewayCall,
  headers: Readonly<Record<string, string | undefined>>,
): Promise<unknown> {
  agent ??= new Agent({ keepAlive: true });
  const body = JSON.stringify(call.event ?? null);
  const sent: Record<string, string> = {
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
  };
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) sent[name] = value;
  }
  const url = `${call.gateway}/${encodeURIComponent(call.service)}`;
  return new Promise((resolve, reject) => {
    const failed = (error: Error) => {
      // The reason of the abort says more than "The operation was aborted".
      reject(call.signal.aborted ? (call.signal.reason as Error) : error);
    };
    const outgoing = request(
      url,
      { method: "POST", agent, headers: sent, signal: call.signal },
      (response) => {
        readBody(response)
          .then((answered) => {
            const status = response.statusCode ?? 0;
            if (status < 400) resolve(answered);
            else reject(new CallError(call.service, status, answered));
          })
          .catch(failed);
      },
    );
    outgoing.on("error", failed);
    outgoing.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<unknown> {
  let text = "";
  response.setEncoding("utf8");
  for await (const chunk of response) text += chunk as string;
  const isJson = response.headers["content-type"]?.includes("json") ?? false;
  return isJson && text !== "" ? (JSON.parse(text) as unknown) : text;
}

/** `: <message>` when the body is an error as instances and the gateway answer it. */
function reasonIn(body: unknown): string {
  if (typeof body !== "object" || body === null || !("error" in body)) return "";
  const { error } = body;
  if (typeof error === "string") return `: ${error}`;
  if (typeof error !== "object" || error === null || !("message" in error)) return "";
  return typeof error.message === "string" ? `: ${error.message}` : "";
}
