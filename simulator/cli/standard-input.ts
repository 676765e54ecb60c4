import { fstatSync } from "node:fs";
import type { Readable } from "node:stream";
import { FuseboardError } from "../kernel/errors.ts";

/** Standard input; Node takes a folder there for an empty file. */
export function standardInput(): Readable {
  if (process.platform !== "win32" && fstatSync(0).isDirectory()) {
    throw new FuseboardError("usage", "Standard input cannot be read: it is a folder.");
  }
  return process.stdin;
}
