/** Payloads that were sent to one function, newest first. */
export type PayloadHistory = readonly string[];

/** Payloads that are remembered per function. */
export const REMEMBERED = 10;

/** The history after a payload was sent: it comes first, and is there once. */
export function remember(history: PayloadHistory, payload: string): PayloadHistory {
  return [payload, ...history.filter((known) => known !== payload)].slice(0, REMEMBERED);
}

export function forget(history: PayloadHistory, payload: string): PayloadHistory {
  return history.filter((known) => known !== payload);
}

/** What was stored, by whatever version: anything that is no list of texts is no history. */
export function readHistory(stored: unknown): PayloadHistory {
  return Array.isArray(stored)
    ? stored.filter((each): each is string => typeof each === "string").slice(0, REMEMBERED)
    : [];
}

/** Why a text is no payload, for the input box; undefined when it is JSON. */
export function payloadError(text: string): string | undefined {
  if (text.trim() === "") return "Enter JSON, such as {} or null.";
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The payload on one line, as it is remembered and shown. */
export function compactPayload(text: string): string {
  return JSON.stringify(JSON.parse(text));
}
