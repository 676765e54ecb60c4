import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { cacheFolder } from "../../simulator/kernel/cache-folder.ts";
import type { Timeline } from "./hystrix-go-timeline.ts";
import { root } from "./paths.ts";
import { requireProgram } from "./programs.ts";

const FOLDER = join(root, "test", "fixtures", "hystrix-go");
const SOURCES = ["go.mod", "go.sum", "inside.go", "inside.s", "main.go"];

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
export async function hystrixGoPlayer(go: string): Promise<string> {
  const hash = createHash("sha256").update(run(go, ["version"]));
  for (const name of SOURCES) hash.update(await readFile(join(FOLDER, name)));
  const folder = join(cacheFolder(), "peers");
  const program = join(folder, `hystrix-go-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(program)) return program;
  await mkdir(folder, { recursive: true });
  const half = `${program}.${String(process.pid)}`;
  run(go, ["build", "-tags", "faketime", "-o", half, "."]);
  await rename(half, program);
  return program;
}

function run(go: string, args: readonly string[]): string {
  const { error, status, stdout, stderr } = spawnSync(go, args, {
    cwd: FOLDER,
    encoding: "utf8",
    // With cgo, Go's virtual time does not pass.
    env: { ...process.env, CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off" },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`go ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
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
