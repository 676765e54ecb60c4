import { messageOf, type ErrorLocation } from "../../kernel/errors.ts";
import { syntheticFunction } from "../synthetic/synthetic-function.ts";
import { CONFIG_VARIABLE, type HostConfig } from "./host-config.ts";
import type { StopMessage } from "./host-messages.ts";
import { watchInspector } from "./inspection.ts";
import { loadFunction } from "./load-function.ts";
import { Parent } from "./parent.ts";
import { FunctionServer } from "./function-server.ts";

/*
 * The program inside an instance: serves one function over HTTP. It starts for every instance, so
 * it loads nothing but what it needs.
 */

/** Ends this process and all it started: nothing may outlive the simulator. */
function die(): void {
  process.kill(process.platform === "win32" ? process.pid : -process.pid, "SIGKILL");
}

async function main(): Promise<void> {
  const config = JSON.parse(process.env[CONFIG_VARIABLE] ?? "null") as HostConfig | null;
  if (config === null || process.send === undefined) {
    throw new Error("This program is started by Fuseboard, not by hand.");
  }
  // What the function starts should not find it.
  Reflect.deleteProperty(process.env, CONFIG_VARIABLE);
  process.on("disconnect", die);
  const parent = new Parent();
  const { serves } = config;
  // A debugger that was asked for from outside may stop at the top of the function's file.
  if (process.execArgv.length > 0 || process.env.NODE_OPTIONS) await watchInspector(parent);
  try {
    const answer = serves.kind === "function" ? loadFunction(serves) : syntheticFunction(serves);
    const server = new FunctionServer(config, await answer, parent);
    const port = await server.listen();
    process.on("message", (message: StopMessage | undefined) => {
      if (message?.kind === "stop") server.stop(() => process.exit(0));
    });
    setInterval(() => void parent.send({ kind: "beat" }), config.beatMs);
    void watchInspector(parent);
    await parent.send({ kind: "listening", port });
  } catch (error) {
    const location =
      error instanceof Error && "location" in error ? (error.location as ErrorLocation) : undefined;
    await parent.send({ kind: "failed", message: messageOf(error), location });
    process.exit(1);
  }
}

void main();
