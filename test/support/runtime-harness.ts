import { request, type IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import type {
  ClusterContext,
  ProcessEvents,
  RunningProcess,
} from "../../simulator/runtimes/contract.ts";
import { runtimes } from "../../simulator/runtimes/index.ts";
import { root } from "./paths.ts";

/** The folder of the functions that tests run. */
export const FUNCTIONS = join(root, "test", "fixtures", "functions");

/** Everything that one started process told, and ways to wait for it. */
export class StartedProcess {
  readonly lines: { stream: string; line: string; call: string | undefined }[] = [];
  readonly failures: { message: string; location: unknown }[] = [];
  beats = 0;
  process: RunningProcess | undefined;
  /** The IP address that it listens on. */
  host = "127.0.0.1";
  readonly #listening = deferred<number>();
  readonly #exited = deferred<{ code: number | null; signal: string | null }>();

  readonly events: ProcessEvents = {
    listening: (port, host = "127.0.0.1") => {
      this.host = host;
      this.#listening.resolve(port);
    },
    beat: () => {
      this.beats++;
    },
    printed: (stream, line, call) => {
      this.lines.push({ stream, line, call });
    },
    failed: (message, location) => {
      this.failures.push({ message, location });
    },
    exited: (code, signal) => {
      this.#exited.resolve({ code, signal });
      this.#listening.reject(new Error(`It ended: ${this.failures[0]?.message ?? "no reason"}`));
    },
  };

  constructor() {
    this.#listening.promise.catch(() => undefined);
  }

  get port(): Promise<number> {
    return this.#listening.promise;
  }

  get exited(): Promise<{ code: number | null; signal: string | null }> {
    return this.#exited.promise;
  }

  get running(): RunningProcess {
    if (!this.process) throw new Error("It was not started.");
    return this.process;
  }

  get pid(): number {
    if (this.running.pid === undefined) throw new Error("It is not ours.");
    return this.running.pid;
  }

  async post(
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
    return send(await this.port, "POST", "/", headers, body);
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    return this.ask("GET", path);
  }

  async ask(method: string, path: string, body?: unknown) {
    return send(await this.port, method, path, {}, body);
  }
}

/** A promise that is settled from outside. */
function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

export function testContext(cacheDir: string, change: Partial<ClusterContext> = {}) {
  const context: ClusterContext = {
    root: FUNCTIONS,
    gateway: "http://127.0.0.1:9",
    node: process.execPath,
    nodeEnv: {},
    cacheDir,
    ...change,
  };
  return context;
}

/** Prepares a service and starts one process of it, which ends with the scope. */
export async function startProcess(
  file: ServiceFile,
  context: ClusterContext,
  scope: Scope,
  beatMs = 100,
  slot = 0,
): Promise<StartedProcess> {
  const spec = ServiceSpec.parse(file);
  const runtime = runtimes.find((each) => each.runs(spec, slot));
  if (!runtime) throw new Error("No runtime runs it.");
  const prepared = await runtime.prepare("shop", spec, context);
  const started = new StartedProcess();
  const options = { instance: "shop-1", service: "shop", slot, token: "secret", beatMs };
  started.process = prepared.start(options, started.events, scope);
  return started;
}

/** One HTTP request without a pool, so that nothing of it stays open. */
export function send(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string>,
  body: unknown,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, method, path, headers, agent: false },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
}
