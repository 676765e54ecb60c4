import { createHash } from "node:crypto";
import type { CallRequest } from "./contract.ts";

/** Headers by which the same question may have another answer: who asks, and in which form. */
const TELLING: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "accept",
  "accept-encoding",
  "accept-language",
]);

/** What tells a request from others that may be answered otherwise; undefined: its body is not kept. */
export function identityOf({ method, uri, headers, body }: CallRequest): string | undefined {
  const { whole } = body;
  if (!whole) return undefined;
  const told = headers.filter(([name]) => TELLING.has(name));
  const hash = whole.length > 0 ? createHash("sha256").update(whole).digest("base64") : "";
  return `${method} ${uri} ${hash} ${JSON.stringify(told)}`;
}
