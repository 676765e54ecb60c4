import { spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:http";
import { connect, createServer, type AddressInfo } from "node:net";
import type { Scope } from "../../simulator/kernel/scope.ts";
import type { ServerOutcome } from "../../simulator/offline/trace-line.ts";
import type { MoodyServer } from "./moody-servers.ts";
import { until } from "./until.ts";

/** One request of a random trace; servers by number, so that it holds for any ports. */
export interface Step {
  /** Pause before it, in ms. */
  readonly gap: number;
  readonly client: string;
  readonly uri: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly outcomes: readonly { readonly server: number; readonly outcome: ServerOutcome }[];
}

/** What a real program answered to a step. */
export interface Played {
  readonly line: object;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A free port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await once(server.close(), "close");
  return port;
}

/** Starts a program in the foreground, until the scope ends; resolves when it listens on `port`. */
export async function startProgram(
  program: string,
  args: readonly string[],
  port: number,
  scope: Scope,
): Promise<{ printed(): string }> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const exited = once(child, "exit");
  scope.add(async () => {
    child.kill("SIGTERM");
    await exited;
  });
  const up = await until(async () => child.exitCode !== null || (await isOpen(port)), {
    timeoutMs: 10_000,
    everyMs: 5,
  });
  if (!up || child.exitCode !== null) throw new Error(`${program} did not start: ${printed}`);
  return { printed: () => printed };
}

/**
 * Plays a trace on a real program, one request after the other, and writes down when each was. The
 * rules of real programs count whole seconds of the wall clock, so 0 is the start of one, and no
 * request is sent near a second's end. Undefined when one was seen in two seconds all the same: on
 * a busy machine, where nobody knows by which of them the program counted.
 */
export async function play(
  port: number,
  steps: readonly Step[],
  servers: readonly MoodyServer[],
): Promise<Played[] | undefined> {
  const played: Played[] = [];
  const beginning = Math.floor(Date.now() / 1000) * 1000;
  for (const step of steps) {
    for (const { server, outcome } of step.outcomes) await servers[server]?.become(outcome);
    await new Promise((resolve) => setTimeout(resolve, step.gap));
    const late = Date.now() % 1000;
    if (late > 800) await new Promise((resolve) => setTimeout(resolve, 1005 - late));
    const t = Date.now() - beginning;
    const { client, uri, method, headers } = step;
    const answer = await ask(port, step);
    if (Math.floor((Date.now() - beginning) / 1000) !== Math.floor(t / 1000)) return undefined;
    const outcomes = Object.fromEntries(
      step.outcomes.map(({ server, outcome }) => [servers[server]?.address ?? "", outcome]),
    );
    played.push({ line: { t, client, uri, method, headers, outcomes }, ...answer });
  }
  return played;
}

/** Sends one request and reads the answer. */
export function ask(
  port: number,
  { client, uri, method, headers }: Omit<Step, "gap" | "outcomes">,
): Promise<Omit<Played, "line">> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      path: uri,
      method,
      headers,
      localAddress: client,
      agent: false,
    });
    sent.on("error", reject).on("response", (response) => {
      response.resume().on("end", () => {
        const named = Object.entries(response.headers).map(([name, value]) => [
          name,
          String(value),
        ]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(named) as Record<string, string>,
        });
      });
    });
    sent.end();
  });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
