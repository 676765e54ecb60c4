import type { ResilienceFormat } from "../contract.ts";
import { readProperties } from "./read-properties.ts";
import { writeGo } from "./write-go.ts";
import { writeProperties } from "./write-properties.ts";

/** Reading Go code needs its grammar, which only the editor has. */
const hystrixGo = {
  id: "hystrix-go",
  label: "hystrix-go",
  write: writeGo,
} as const satisfies ResilienceFormat;

const hystrix = {
  id: "hystrix",
  label: "Netflix Hystrix",
  recognises: (path, text) =>
    /\.properties$/i.test(path) && /^[ \t]*hystrix\.(command|threadpool)\./m.test(text),
  read: readProperties,
  write: writeProperties,
} as const satisfies ResilienceFormat;

/** All settings of breakers that can be read or written. */
export const resilienceFormats: readonly ResilienceFormat[] = [hystrixGo, hystrix];

/** The format of an id. */
export function resilienceFormatOf(id: ResilienceFormat["id"]): ResilienceFormat {
  return id === "hystrix" ? hystrix : hystrixGo;
}

/** The format that a file looks like, if it is one that can be read. */
export function resilienceFormatFor(path: string, text: string): ResilienceFormat | undefined {
  return resilienceFormats.find((format) => format.recognises?.(path, text));
}
