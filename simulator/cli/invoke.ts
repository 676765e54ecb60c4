import { GatewayClient } from "../gateway/client.ts";
import { FuseboardError, messageOf } from "../kernel/errors.ts";
import { Scope } from "../kernel/scope.ts";
import type { JsonValue } from "../protocol/spec.ts";

/**
 * `fuseboard invoke`: the answer's body on standard output, how it came about on standard error.
 * Exit code 1 when the answer's status is 400 or above.
 */
export async function invokeCommand(
  service: string,
  json: string,
  options: { gateway: string },
): Promise<void> {
  // "localhost:8080" is a URL, too: of the scheme "localhost:".
  if (!/^https?:\/\//.test(options.gateway) || !URL.canParse(options.gateway)) {
    throw new FuseboardError(
      "usage",
      `"${options.gateway}" is no URL. Expected http://127.0.0.1:<port>.`,
    );
  }
  const payload = parsePayload(json);
  const scope = new Scope();
  try {
    const client = new GatewayClient(new URL(options.gateway).origin, undefined, scope);
    const answer = await client.invoke(service, payload).catch((error: unknown) => {
      const message = `No gateway answers at ${options.gateway}: ${messageOf(error)}`;
      throw new FuseboardError("no-gateway", message, { cause: error });
    });
    const { status, ms, attempts, instance, outcome, body } = answer;
    process.stdout.write(body.endsWith("\n") ? body : `${body}\n`);
    const by = instance === undefined ? "" : ` by ${instance}`;
    const tries = `${attempts} ${attempts === 1 ? "attempt" : "attempts"}`;
    process.stderr.write(`${status} ${outcome}${by} after ${tries}, ${ms.toFixed(1)}ms\n`);
    if (status >= 400) process.exitCode = 1;
  } finally {
    await scope.dispose();
  }
}

function parsePayload(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch (error) {
    throw new FuseboardError("usage", `The payload is not JSON: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
