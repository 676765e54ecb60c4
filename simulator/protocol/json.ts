import { z } from "zod";

export const Json: z.ZodType<JsonValue> = z.json();
/** What `JSON.parse` can return. */
export type JsonValue =
  string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
