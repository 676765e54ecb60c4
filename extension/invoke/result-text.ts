import { durationText } from "../../simulator/protocol/figure-text.ts";
import type { InvokeResult } from "../../simulator/protocol/requests.ts";
import type { z } from "zod";

export type Invocation = z.infer<typeof InvokeResult>;

/** Behind the function's first line: `200 · 43ms · checkout-2`. */
export function resultSummary(result: Invocation): string {
  const parts = [String(result.status), durationText(result.ms)];
  if (result.instance !== undefined) parts.push(result.instance);
  if (result.attempts > 1) parts.push(`${String(result.attempts)} attempts`);
  if (result.outcome !== "success") parts.push(result.outcome);
  return parts.join(" · ");
}

/**
 * The document that shows a result: JSON with comments, the facts on top.
 * @param payload that was sent, on one line
 */
export function resultText(service: string, payload: string, result: Invocation): string {
  const facts: [string, string][] = [
    ["status", `${String(result.status)} (${result.outcome})`],
    ["duration", durationText(result.ms)],
    ["attempts", String(result.attempts)],
    ["instance", result.instance ?? "none answered"],
    ["call", result.call],
    ["sent", payload],
  ];
  const head = [`// ${service}`, ...facts.map(([name, text]) => `// ${name.padEnd(9)} ${text}`)];
  return `${head.join("\n")}\n\n${bodyText(result)}\n`;
}

function bodyText({ body, contentType }: Invocation): string {
  if (body === "") return "// (empty body)";
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Not JSON: shown as it came, each line as a comment, so that the document stays valid.
    const lines = body.split("\n").map((line) => `// ${line}`);
    return [`// body (${contentType ?? "no content type"}):`, ...lines].join("\n");
  }
}
