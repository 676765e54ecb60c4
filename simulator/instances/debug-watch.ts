import type { Clock } from "../kernel/clock.ts";
import { isPaused } from "./paused-probe.ts";

/**
 * A process with an open inspector says so this often (runtimes/node/inspection.ts) as long as its
 * event loop turns; silence for three times as long is looked into.
 */
const SILENCE_MS = 300;
/** What Node prints whenever a client comes to an inspector. */
const ATTACHED = "Debugger attached.";

/**
 * Knows whether a debugger holds a process: it has an open inspector, it has fallen silent, and
 * V8 says that it is paused. It is let go when it speaks again.
 */
export class DebugWatch {
  readonly #clock: Clock;
  readonly #changed: (held: boolean) => void;
  #url: string | undefined;
  #held = false;
  #cancel: (() => void) | undefined;
  #probing: AbortController | undefined;
  /** Lines that Node prints because of our own probes. */
  #attachments = 0;

  constructor(clock: Clock, changed: (held: boolean) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Whether a debugger holds it now. */
  get held(): boolean {
    return this.#held;
  }

  /** The process speaks, and so is not paused; its inspector is at this URL, or closed. */
  inspected(url: string | undefined): void {
    this.close();
    this.#url = url;
    if (url !== undefined) this.#listen();
  }

  /** Whether it printed a line only because it was asked whether it is paused. */
  caused(line: string): boolean {
    if (line !== ATTACHED || this.#attachments === 0) return false;
    this.#attachments--;
    return true;
  }

  /** The process has ended, or is to: nobody holds it. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#probing?.abort();
    this.#probing = undefined;
    this.#url = undefined;
    this.#become(false);
  }

  #listen(): void {
    this.#cancel = this.#clock.after(SILENCE_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const url = this.#url;
    if (url === undefined) return;
    const probing = new AbortController();
    this.#probing = probing;
    this.#attachments++;
    const paused = await isPaused(url, probing.signal, () => this.#attachments--);
    if (probing.signal.aborted) return;
    this.#probing = undefined;
    if (paused) this.#become(true);
    else this.#listen();
  }

  #become(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    this.#changed(held);
  }
}
