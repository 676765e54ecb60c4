import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FuseboardError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { BalancerId } from "../../protocol/spec.ts";
import type { LoggedTry } from "../contract.ts";
import type { ProgramKind, ProgramServer, ProgramSetup, RunningProgram } from "../program.ts";
import type { Prompted } from "../program-process.ts";
import { whenServing } from "../when-serving.ts";
import { nginxConfig } from "./nginx-config.ts";

/** Longest time that a reload may take. */
const RELOAD_MS = 10_000;
/** Calls that an old worker still has after that long were picked for long ago. */
const LAST_CALLS_MS = 250;

/** What nginx has no algorithm for, and the nearest of its own. */
const OTHERS: Partial<Record<BalancerId, { runs: BalancerId; same: boolean }>> = {
  "haproxy-roundrobin": { runs: "round-robin", same: true },
  "haproxy-static-rr": { runs: "round-robin", same: true },
  "haproxy-leastconn": { runs: "least-connections", same: true },
  "haproxy-first": { runs: "round-robin", same: false },
  "haproxy-source": { runs: "ip-hash", same: false },
  "haproxy-uri": { runs: "hash", same: false },
  "haproxy-url-param": { runs: "hash", same: false },
  "haproxy-hdr": { runs: "hash", same: false },
  "haproxy-random": { runs: "power-of-two", same: true },
  "least-request": { runs: "power-of-two", same: true },
  "peak-ewma": { runs: "least-connections", same: false },
  "ring-hash": { runs: "consistent-hash", same: false },
  maglev: { runs: "consistent-hash", same: false },
};

export const nginx: ProgramKind = {
  id: "nginx",
  label: "nginx",
  install: (platform) =>
    platform === "darwin"
      ? "brew install nginx"
      : platform === "win32"
        ? "winget install nginxinc.nginx"
        : "sudo apt install nginx-light",
  algorithmFor: (algorithm) => OTHERS[algorithm] ?? { runs: algorithm, same: true },
  caveat: (algorithm) =>
    algorithm === "consistent-hash"
      ? "nginx hashes the text of its `server` lines, and here these are the addresses of relays: the picks are consistent, but not those of your addresses. Engine `fuseboard` hashes your addresses."
      : undefined,
  async start(setup, servers, scope) {
    const program = new Nginx(setup, scope);
    await program.start(servers);
    return program;
  },
};

/** An nginx with a master and one worker, which a reload replaces. */
class Nginx implements RunningProgram {
  readonly #setup: ProgramSetup;
  readonly #scope: Scope;
  readonly #file: string;
  /** Whose relay has a port, also of those that are no longer there. */
  readonly #instances = new Map<string, string>();
  #process: Prompted | undefined;

  constructor(setup: ProgramSetup, scope: Scope) {
    this.#setup = setup;
    this.#scope = scope;
    this.#file = join(setup.folder, "nginx.conf");
  }

  get process(): Prompted {
    if (!this.#process) throw new Error("nginx has not been started.");
    return this.#process;
  }

  async start(servers: readonly ProgramServer[]): Promise<void> {
    await this.#write(servers);
    const { folder, port } = this.#setup;
    const args = ["-p", folder, "-e", "stderr", "-c", this.#file];
    this.#process = this.#setup.spawn(args, this.#scope);
    const { lines } = this.#process;
    const begun = () => lines.some((line) => line.includes("start worker process "));
    const { signal } = this.#scope;
    await whenServing("nginx", this.#process, port, { begun, complaint }, signal);
  }

  async apply(servers: readonly ProgramServer[]): Promise<void> {
    await this.#write(servers);
    // The old worker says so when it accepts no more connections; a master that does not
    // understand its configuration says why, and goes on with the old one.
    const told = this.process.nextLine(
      (line) => line.includes("gracefully shutting down") || complaint(line) !== undefined,
      RELOAD_MS,
    );
    this.#ask("reload", "SIGHUP");
    const line = await told;
    const mistake = line === undefined ? undefined : complaint(line);
    if (mistake !== undefined) throw new FuseboardError("nginx-refused", mistake);
    if (line === undefined && !this.process.hasExited) {
      throw new FuseboardError("nginx-reload", "nginx did not take its new configuration in time.");
    }
    // What it had accepted is still its own; all of that has been picked for when it is gone.
    await this.process.nextLine((next) => /worker process \d+ exited/.test(next), LAST_CALLS_MS);
  }

  quit(): void {
    this.#ask("quit", "SIGQUIT");
  }

  readLog({ addresses = "", statuses = "", times = "" }: Record<string, string>): LoggedTry[] {
    const [at, status, seconds] = [addresses, statuses, times].map((list) => list.split(/, | : /));
    return (at ?? []).flatMap((address, i) => {
      // Without a server it names the upstream, or nothing.
      const instance = this.#instances.get(address);
      if (instance === undefined) return [];
      const ms = Math.round(Number(seconds?.[i]) * 1000);
      const took = Number.isNaN(ms) ? "no answer" : `${ms}ms`;
      return [{ instance, text: `upstream ${address}, ${status?.[i] ?? "-"}, ${took}` }];
    });
  }

  async #write(servers: readonly ProgramServer[]): Promise<void> {
    for (const { port, instance } of servers) {
      this.#instances.set(`127.0.0.1:${port}`, instance);
    }
    await writeFile(this.#file, nginxConfig(this.#setup, servers));
  }

  /** By a signal, or on Windows, which has none, by another nginx. */
  #ask(what: "reload" | "quit", signal: NodeJS.Signals): void {
    if (process.platform !== "win32") {
      this.process.signal(signal);
      return;
    }
    const { folder } = this.#setup;
    this.#setup.spawn(["-p", folder, "-e", "stderr", "-c", this.#file, "-s", what], this.#scope);
  }
}

/** nginx's own words on what it does not take. */
function complaint(line: string): string | undefined {
  const [, words] = /\[emerg\] (?:\d+#\d+: )?(.*)$/.exec(line) ?? [];
  return words === undefined ? undefined : `nginx: ${words}`;
}
