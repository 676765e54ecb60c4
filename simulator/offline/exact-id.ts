import { parse, stringify } from "lossless-json";
import type { BreakerResult } from "./breaker-call.ts";

/** An id that does not come back as it was out of JavaScript's numbers, as JSON. */
export class ExactId {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** All that a number keeps has fewer digits and no exponent; such a text needs no second look. */
const LONG_NUMBER = /\d[\d.]{15}|\d[eE]/;

/**
 * The id of a line of JSON, with every digit of its numbers.
 * @param text the line, which is an object
 * @param id as JavaScript reads it
 */
export function exactId(text: string, id: unknown): unknown {
  if (id === undefined || !LONG_NUMBER.test(text)) return id;
  const line = parse(text, undefined, { onDuplicateKey: ({ newValue }) => newValue });
  const json = stringify((line as { readonly id: unknown }).id);
  return json === undefined || json === JSON.stringify(id) ? id : new ExactId(json);
}

/** A result as JSON, its id as it came. */
export function resultLine(result: BreakerResult): string {
  const { id, ...rest } = result;
  if (!(id instanceof ExactId)) return JSON.stringify(result);
  return `{"id":${id.json},${JSON.stringify(rest).slice(1)}`;
}
