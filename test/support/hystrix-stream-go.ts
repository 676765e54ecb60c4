import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { goProgram } from "./go-program.ts";
import { root } from "./paths.ts";

/** A program with the real hystrix-go that serves its stream; ends with the scope. */
export interface GoStream {
  readonly port: number;
  readonly url: string;
  /** Runs a command so often, failures last; answers with the errors. */
  run(name: string, how: { fail?: number; succeed?: number }): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts it at a port, or at any. */
export async function startGoStream(go: string, scope: Scope, port = 0): Promise<GoStream> {
  const folder = join(root, "test", "fixtures", "hystrix-stream-go");
  const program = await goProgram(go, folder);
  const child = spawn(program, [String(port)], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  scope.add(stop);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const origin = `http://127.0.0.1:${line}`;
  return {
    port: Number(line),
    url: `${origin}/hystrix.stream`,
    stop,
    run: async (name, { fail = 0, succeed = 0 }) => {
      const query = new URLSearchParams({ name, fail: String(fail), succeed: String(succeed) });
      const response = await fetch(`${origin}/run?${query.toString()}`);
      return (await response.text()).trim().split("\n");
    },
  };
}
