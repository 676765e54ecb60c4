import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { npmScript } from "./npm.ts";
import { root } from "./paths.ts";
import { endTree } from "./processes.ts";

/** An npm command of the checkout, as a user runs it. */
export class NpmCommand {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string, undefined>;
  #errors = "";

  /** Starts it; it ends with the scope. `input` is its standard input; absent: there is none. */
  constructor(
    scope: Scope,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    input?: string,
  ) {
    this.child = spawn(process.execPath, [npmScript(), ...args], {
      cwd: root,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
      // A group of its own, as the terminal gives it.
      detached: true,
    });
    const { stdout, stderr, pid } = this.child;
    if (!stdout || !stderr || pid === undefined) throw new Error("npm could not be started.");
    scope.add(() => endTree(pid));
    this.child.stdin?.end(input);
    stderr.on("data", (text: Buffer) => (this.#errors += text.toString()));
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** Ctrl-C in its terminal: the signal goes to the whole group. */
  interrupt(): void {
    process.kill(-(this.child.pid ?? 0), "SIGINT");
  }

  /** What it printed on standard error, without npm's own warnings. */
  get errors(): string {
    const lines = this.#errors.split("\n");
    return lines.filter((line) => !line.startsWith("npm ")).join("\n");
  }

  /** The next line of its standard output; undefined at its end. */
  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done === true ? undefined : next.value;
  }

  /** Skips lines until one begins with `start`. @throws when none does */
  async lineFrom(start: string): Promise<string> {
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      if (line.startsWith(start)) return line;
    }
    throw new Error(`It ended before it printed "${start}":\n${this.#errors}`);
  }

  /** All further lines and its exit code, once it has ended. */
  async rest(): Promise<{ lines: string[]; code: number | null }> {
    const ended =
      this.child.exitCode ?? once(this.child, "exit").then(([code]) => code as number | null);
    const lines: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line()) {
      lines.push(line);
    }
    return { lines, code: await ended };
  }
}
