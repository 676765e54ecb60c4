import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { goProgram } from "./go-program.ts";
import type { Timeline } from "./hystrix-go-timeline.ts";
import { root } from "./paths.ts";
import { requireProgram } from "./programs.ts";

const FOLDER = join(root, "test", "fixtures", "hystrix-go");

/** What became of one step; empty parts are absent. */
export interface Played {
  readonly admitted: boolean;
  readonly state: string;
  /** The error before the fallback, when there is one. */
  readonly cause?: string;
  /** What the caller gets. */
  readonly error?: string;
  /** What the stream of metrics says of the command and of its pool, for such a step. */
  readonly command?: Readonly<Record<string, unknown>>;
  readonly pool?: Readonly<Record<string, unknown>>;
}

/**
 * Path of Go, or undefined where the tests against the real library are to be skipped: without Go,
 * and on Windows, for which Go has no virtual time. With CI=true a missing Go is a failure.
 */
export function requireGo(): string | undefined {
  return process.platform === "win32" ? undefined : requireProgram("go");
}

/** Path of the program that plays timelines through the real library, compiled when it is stale. */
export function hystrixGoPlayer(go: string): Promise<string> {
  return goProgram(go, FOLDER, ["-tags", "faketime"]);
}

/** What the real library makes of a timeline. */
export async function playReal(program: string, timeline: Timeline): Promise<Played[]> {
  const child = spawn(program, [], { stdio: ["pipe", "pipe", "pipe"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const said = text(child.stderr);
  child.stdin.end(JSON.stringify(timeline));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`The player ended with ${String(code)}: ${await said}`);
  return withoutPlayback(Buffer.concat(chunks))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Played);
}

/** With virtual time, what Go writes at once has a header: `\0\0PB`, 8 bytes of time, a length. */
function withoutPlayback(output: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; at < output.length;) {
    const from = at + 16;
    at = from + output.readUInt32BE(at + 12);
    parts.push(output.subarray(from, at));
  }
  return Buffer.concat(parts).toString();
}
