import { cutLine, FloodGate, LINES_PER_SECOND } from "../flood-gate.ts";
import type { HostMessage } from "./host-messages.ts";

/** The host's end of the channel to the simulator. */
export class Parent {
  readonly #gate = new FloodGate(LINES_PER_SECOND);
  #noteTimer: NodeJS.Timeout | undefined;

  /** Says something; resolves when it has been handed over. */
  send(message: HostMessage): Promise<void> {
    return new Promise((resolve) => {
      if (!process.connected) resolve();
      // A failed delivery means that the simulator is gone; `disconnect` ends this process then.
      else process.send?.(message, undefined, {}, () => resolve());
    });
  }

  /** Passes on what was printed, line by line; floods are thinned before they cross. */
  print(stream: "stderr" | "log", text: string, call: string | undefined): void {
    for (const line of text.split("\n")) {
      if (this.#gate.admits(performance.now())) {
        void this.send({ kind: "printed", stream, line: cutLine(line), call });
      } else if (this.#noteTimer === undefined) {
        this.#noteTimer = setTimeout(() => {
          this.#noteTimer = undefined;
          const note = this.#gate.close();
          if (note !== undefined) void this.send({ kind: "printed", stream, line: note });
        }, 1000).unref();
      }
    }
  }
}
