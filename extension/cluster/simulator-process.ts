import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import { clientOf, parse, type RequestClient } from "../../simulator/protocol/channel.ts";
import type { FactBatch } from "../../simulator/protocol/events.ts";
import { FACTS_NOTIFICATION } from "../../simulator/protocol/requests.ts";

/** What the process tells; `exited` comes once and last. */
export interface SimulatorEvents {
  facts(batch: FactBatch): void;
  /** A line that it wrote to its standard output or error: for the log. */
  printed(line: string): void;
  /** It ended; a short reason, such as `SIGKILL` or `exit code 1`. */
  exited(reason: string): void;
}

/** Longest time that a graceful stop may take before the process is killed. */
const STOP_TIMEOUT_MS = 8000;

/** The simulator: one process, which runs one cluster. */
export class SimulatorProcess {
  /** Asks it; rejects with its sentence for the user, or when it is gone. */
  readonly client: RequestClient;
  readonly #child: ChildProcess;
  readonly #connection: MessageConnection;
  readonly #gone: Promise<unknown>;

  private constructor(child: ChildProcess, events: SimulatorEvents) {
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once("exit", resolve).once("error", resolve));
    this.#connection = createMessageConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
    );
    this.#connection.onNotification(FACTS_NOTIFICATION.method, (params: unknown) => {
      events.facts(parse(FACTS_NOTIFICATION.params, params, "facts"));
    });
    // A channel that breaks is followed by the process's exit, which is what is told.
    this.#connection.onError(([error]) => events.printed(`Channel: ${error.message}`));
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on("line", (line) => events.printed(line));
    }
    let told = false;
    const tell = (reason: string) => {
      if (told) return;
      told = true;
      this.#connection.dispose();
      events.exited(reason);
    };
    child.once("exit", (code, signal) => tell(signal ?? `exit code ${String(code)}`));
    child.once("error", (error) => tell(error.message));
    this.#connection.listen();
    this.client = clientOf(this.#connection);
  }

  /**
   * Starts the process.
   * @param main absolute path of `dist/simulator/main.cjs`
   */
  static launch(main: string, events: SimulatorEvents): SimulatorProcess {
    const child = spawn(process.execPath, [main], {
      // In VS Code the own program is Electron, which runs scripts only when told so.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      windowsHide: true,
    });
    return new SimulatorProcess(child, events);
  }

  /**
   * Stops the cluster gracefully, then the process; kills it when that takes too long.
   * @returns whether it was graceful
   */
  async stop(timeoutMs = STOP_TIMEOUT_MS): Promise<boolean> {
    let graceful = true;
    const deadline = setTimeout(() => {
      graceful = false;
      this.#child.kill("SIGKILL");
    }, timeoutMs);
    try {
      if (this.#child.connected) {
        // A stop that fails is followed by the closed channel, which stops it as well.
        await Promise.race([this.client.request("stop", null).catch(() => undefined), this.#gone]);
      }
      if (this.#child.connected) this.#child.disconnect();
      if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#gone;
      return graceful;
    } finally {
      clearTimeout(deadline);
    }
  }
}
