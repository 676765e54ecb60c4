import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { BalancerId } from "../../protocol/spec.ts";
import type { LoggedTry } from "../contract.ts";
import {
  RestartNeeded,
  type ProgramKind,
  type ProgramServer,
  type ProgramSetup,
  type RunningProgram,
} from "../program.ts";
import type { Prompted } from "../program-process.ts";
import { whenServing } from "../when-serving.ts";
import { haproxyConfig, PLACES, serverName, socketPath } from "./haproxy-config.ts";
import { command } from "./stats-socket.ts";

/** What HAProxy has no algorithm for, and the nearest of its own. */
const OTHERS: Partial<Record<BalancerId, { runs: BalancerId; same: boolean }>> = {
  "round-robin": { runs: "haproxy-roundrobin", same: true },
  "least-connections": { runs: "haproxy-leastconn", same: true },
  "ip-hash": { runs: "haproxy-source", same: false },
  hash: { runs: "haproxy-source", same: false },
  "consistent-hash": { runs: "haproxy-source", same: false },
  random: { runs: "haproxy-random", same: true },
  "power-of-two": { runs: "haproxy-random", same: true },
  "least-request": { runs: "haproxy-random", same: true },
  "peak-ewma": { runs: "haproxy-leastconn", same: false },
  "ring-hash": { runs: "haproxy-source", same: false },
  maglev: { runs: "haproxy-source", same: false },
};

export const haproxy: ProgramKind = {
  id: "haproxy",
  label: "HAProxy",
  install: (platform) =>
    platform === "darwin"
      ? "brew install haproxy"
      : platform === "win32"
        ? undefined
        : "sudo apt install haproxy",
  algorithmFor: (algorithm) => OTHERS[algorithm] ?? { runs: algorithm, same: true },
  async start(setup, servers, scope) {
    const program = new Haproxy(setup, scope);
    await program.start(servers);
    return program;
  },
};

/** A HAProxy without a master; its servers are changed by commands, without a reload. */
class Haproxy implements RunningProgram {
  readonly #setup: ProgramSetup;
  readonly #scope: Scope;
  /** Who has a place, by the place's name. */
  #places = new Map<string, ProgramServer>();
  /** Who had a place last, for the log. */
  readonly #instances = new Map<string, string>();
  #process: Prompted | undefined;

  constructor(setup: ProgramSetup, scope: Scope) {
    this.#setup = setup;
    this.#scope = scope;
  }

  get process(): Prompted {
    if (!this.#process) throw new Error("HAProxy has not been started.");
    return this.#process;
  }

  async start(servers: readonly ProgramServer[]): Promise<void> {
    const { folder, port } = this.#setup;
    const file = join(folder, "haproxy.cfg");
    this.#take(place(servers, new Map()));
    await writeFile(file, haproxyConfig(this.#setup, this.#places));
    this.#process = this.#setup.spawn(["-db", "-f", file], this.#scope);
    const begun = () => existsSync(socketPath(folder));
    const { signal } = this.#scope;
    await whenServing("HAProxy", this.#process, port, { begun, complaint }, signal);
    // In its configuration a server is there or not; draining is a command.
    const draining = [...this.#places].filter(([, { state }]) => state === "drain");
    const commands = draining.map(([name]) => `set server instances/${name} state drain`);
    if (commands.length > 0) await command(socketPath(folder), commands);
  }

  async apply(servers: readonly ProgramServer[]): Promise<void> {
    const next = place(servers, this.#places);
    const commands = [...new Set([...this.#places.keys(), ...next.keys()])].flatMap((name) =>
      changes(name, this.#places.get(name), next.get(name)),
    );
    this.#take(next);
    if (commands.length === 0) return;
    try {
      await command(socketPath(this.#setup.folder), commands);
    } catch (error) {
      // Such as the weights of an algorithm whose table is made once.
      throw new RestartNeeded(messageOf(error), { cause: error });
    }
  }

  quit(): void {
    this.process.signal("SIGUSR1");
  }

  readLog(line: Record<string, string>): LoggedTry[] {
    const { server = "", status = "", answer = "", queue = "0", retries = "0", end = "" } = line;
    const instance = this.#instances.get(server);
    // HAProxy's mark of a call that went to nobody.
    if (instance === undefined) return [];
    const took = answer.startsWith("-") ? "no answer" : `${answer}ms`;
    const waited = Number(queue) > 0 ? `, ${queue}ms in its queue` : "";
    const state = end.startsWith("--") ? "" : `, ended as ${end}`;
    const last = { instance, text: `server ${server}, ${status}, ${took}${waited}${state}` };
    const before = { instance: retries.startsWith("+") ? undefined : instance, text: "a retry" };
    return [...Array.from({ length: Math.abs(Number(retries)) }, () => before), last];
  }

  #take(places: Map<string, ProgramServer>): void {
    this.#places = places;
    for (const [name, { instance }] of places) this.#instances.set(name, instance);
  }
}

/** Who gets which place: whoever has one keeps it. */
function place(
  servers: readonly ProgramServer[],
  before: ReadonlyMap<string, ProgramServer>,
): Map<string, ProgramServer> {
  const places = new Map<string, ProgramServer>();
  const had = new Map([...before].map(([name, { instance }]) => [instance, name]));
  for (const server of servers) {
    const name = had.get(server.instance);
    if (name !== undefined) places.set(name, server);
  }
  for (const server of servers) {
    if (had.has(server.instance)) continue;
    const slot = server.slot % PLACES;
    const [first, spare] = [serverName(slot, false), serverName(slot, true)];
    places.set(places.has(first) ? spare : first, server);
  }
  return places;
}

/** The commands that make of a place what it is to be. */
function changes(
  name: string,
  before: ProgramServer | undefined,
  now: ProgramServer | undefined,
): string[] {
  const set = `set server instances/${name}`;
  if (!now) return before ? [`${set} state maint`] : [];
  const commands: string[] = [];
  if (before?.port !== now.port) commands.push(`${set} addr 127.0.0.1 port ${now.port}`);
  if (before?.weight !== now.weight) commands.push(`${set} weight ${now.weight}`);
  if (before?.state !== now.state) {
    const states = { ready: "ready", drain: "drain", down: "maint" } as const;
    commands.push(`${set} state ${states[now.state]}`);
  }
  return commands;
}

/** HAProxy's own words on what it does not take. */
function complaint(line: string): string | undefined {
  const [, words] = /\[ALERT\]\s+(?:\(\d+\) : |\S+ \(\d+\) : )?(.*)$/.exec(line) ?? [];
  return words === undefined ? undefined : `HAProxy: ${words}`;
}
