import type { Disposable } from "vscode";
import type {
  RequestInput,
  RequestName,
  RequestResult,
} from "../../simulator/protocol/requests.ts";
import { SimulatorProcess } from "../cluster/simulator-process.ts";

/** Longest that its end may take: it runs no cluster. */
const STOP_TIMEOUT_MS = 1000;

/**
 * A simulator without a cluster, which reads, writes and compares configurations. It starts with
 * the first request, and again with the next one after it crashed.
 */
export class ToolsServer implements Disposable {
  readonly #main: string;
  readonly #printed: (line: string) => void;
  #process: SimulatorProcess | undefined;
  #ended = false;

  /**
   * @param main absolute path of `dist/simulator/main.cjs`
   * @param printed takes the lines that it prints
   */
  constructor(main: string, printed: (line: string) => void) {
    this.#main = main;
    this.#printed = printed;
  }

  /** Asks it. Rejects with a sentence for the user. */
  async request<N extends RequestName>(
    name: N,
    params: RequestInput<N>,
  ): Promise<RequestResult<N>> {
    if (this.#ended) throw new Error("The window is closing.");
    const asked = (this.#process ??= this.#launch());
    try {
      return await asked.client.request(name, params);
    } catch (error) {
      // Still there: it is its answer. Gone: another one may have more luck, once.
      if (this.#process === asked || this.#isEnded()) throw error;
      return (this.#process ??= this.#launch()).client.request(name, params);
    }
  }

  /** Settles when its process is gone. */
  async stop(): Promise<void> {
    this.#ended = true;
    const last = this.#process;
    this.#process = undefined;
    await last?.stop(STOP_TIMEOUT_MS);
  }

  dispose(): void {
    void this.stop();
  }

  #isEnded(): boolean {
    return this.#ended;
  }

  #launch(): SimulatorProcess {
    const launched: SimulatorProcess = SimulatorProcess.launch(this.#main, {
      facts: () => undefined,
      printed: this.#printed,
      exited: (reason) => {
        if (this.#process !== launched) return;
        this.#process = undefined;
        this.#printed(`The reader of configurations stopped unexpectedly (${reason}).`);
      },
    });
    return launched;
  }
}
