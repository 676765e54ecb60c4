import { createHash } from "node:crypto";
import type { CallRequest } from "./contract.ts";

/** What tells a request from others that may be answered otherwise; undefined: its body is not kept. */
export function identityOf({ method, uri, body }: CallRequest): string | undefined {
  const { whole } = body;
  if (!whole) return undefined;
  const hash = whole.length > 0 ? createHash("sha256").update(whole).digest("base64") : "";
  return `${method} ${uri} ${hash}`;
}
