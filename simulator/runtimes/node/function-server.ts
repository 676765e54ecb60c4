import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf } from "../../kernel/errors.ts";
import { answer, answerJson } from "./answer.ts";
import { CallContext, type UserFunction } from "./call-context.ts";
import type { HostConfig } from "./host-config.ts";
import type { Parent } from "./parent.ts";
import { userStack } from "./stack.ts";

/** Longer than the gateway keeps idle connections, so that it is never the one to be surprised. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Serves one function: `POST` calls it, `GET` of the health path says that it is there. What is
 * synthetic answers any method and path.
 */
export class FunctionServer {
  readonly #config: HostConfig;
  readonly #function: UserFunction;
  readonly #parent: Parent;
  readonly #server: Server;
  #underWay = 0;
  #stopped: (() => void) | undefined;

  constructor(config: HostConfig, answersWith: UserFunction, parent: Parent) {
    this.#config = config;
    this.#function = answersWith;
    this.#parent = parent;
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.#track(response);
      if (this.#isCall(request)) void this.#call(request, response);
      else this.#other(request, response);
    });
  }

  /** Listens on a free port of 127.0.0.1; resolves with it. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** Takes no more connections and calls back when what is under way has been answered. */
  stop(stopped: () => void): void {
    this.#stopped = stopped;
    this.#server.close();
    if (this.#underWay === 0) stopped();
  }

  #track(response: ServerResponse): void {
    this.#underWay++;
    response.on("close", () => {
      this.#underWay--;
      if (this.#underWay === 0) this.#stopped?.();
    });
    if (this.#stopped) response.shouldKeepAlive = false;
  }

  #isCall({ method, url }: IncomingMessage): boolean {
    if (method === "POST") return true;
    const { serves, healthPath } = this.#config;
    return serves.kind === "synthetic" && !(method === "GET" && url === healthPath);
  }

  #other(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === "GET" && request.url === this.#config.healthPath) {
      answerJson(response, 200, { status: "ok" });
    } else {
      const message = `Expected POST to call the function, or GET ${this.#config.healthPath}.`;
      const status = request.method === "GET" ? 404 : 405;
      answerJson(response, status, { error: { name: "NotFound", message } });
    }
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const context = new CallContext(this.#config, request, this.#parent);
    response.on("close", () => {
      context.end(response.writableFinished ? undefined : "The caller went away.");
    });
    try {
      const text = await readText(request);
      let event: unknown = null;
      try {
        if (text !== "" && this.#config.serves.kind === "function") event = JSON.parse(text);
      } catch (error) {
        const message = `The payload is not JSON: ${messageOf(error)}`;
        answerJson(response, 400, { error: { name: "BadPayload", message } });
        return;
      }
      // Called on its own: a receiver of ours would stand before its name in stacks.
      const call = this.#function;
      await answer(response, await call(event, context.forFunction()));
    } catch (error) {
      this.#failed(error, response, context.callId);
    }
  }

  #failed(error: unknown, response: ServerResponse, call: string | undefined): void {
    if (response.closed && !response.writableFinished) return;
    // What a synthetic instance fails with has no story to tell.
    if (this.#config.serves.kind === "function")
      this.#parent.print("stderr", userStack(error), call);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const name = error instanceof Error ? error.name : "Error";
    answerJson(response, 500, { error: { name, message: messageOf(error) } });
  }
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      resolve(text);
    });
    request.on("error", reject);
  });
}
