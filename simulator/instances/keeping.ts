import type { InstanceRecord } from "../registry/contract.ts";
import { DebugWatch } from "./debug-watch.ts";
import { Keeper, type KeeperDeps } from "./keeper.ts";

/**
 * Keeps one instance registered, from life to life of its process: at the process's beats, and in
 * their place while a debugger holds it. A fault can take its lease from it meanwhile.
 */
export class Keeping {
  readonly #deps: KeeperDeps;
  readonly #watch: DebugWatch;
  /** Of the newest life; its lease may outlive the process. */
  #keeper: Keeper | undefined;
  #isLost = false;
  #cancelBeats: (() => void) | undefined;

  /** `debugged`: a debugger holds the process, or has let it go. */
  constructor(deps: KeeperDeps, debugged: (held: boolean) => void) {
    this.#deps = deps;
    this.#watch = new DebugWatch(deps.clock, (held) => {
      debugged(held);
      if (held) this.#beatInPlace();
      else this.#cancelBeats?.();
    });
  }

  /** Whether a debugger holds the process. */
  get debugged(): boolean {
    return this.#watch.held;
  }

  /** Registers a new life; resolves when that is done. Rejects when it cannot be. */
  register(record: InstanceRecord): Promise<void> {
    this.#keeper = new Keeper(this.#deps, record);
    return this.#keeper.register();
  }

  /** The process is alive by its own word. */
  beat(): void {
    if (!this.#isLost) this.#keeper?.beat();
  }

  /** The process speaks, and its inspector is at this `ws://` URL, or closed. */
  inspected(url: string | undefined): void {
    this.#watch.inspected(url);
  }

  /** Whether the process printed a line only because of the way in which it is watched. */
  caused(line: string): boolean {
    return this.#watch.caused(line);
  }

  /** The lease is kept alive no more, and runs out by itself. */
  lose(): void {
    this.#isLost = true;
  }

  /** It is kept alive again; the instance registers anew when it has run out. */
  regain(): void {
    this.#isLost = false;
    this.beat();
  }

  /** The registry no longer has its key. */
  deregistered(): void {
    this.#keeper?.lost();
  }

  /** Gives the lease back, and takes no more in this life. */
  async revoke(): Promise<void> {
    this.#watch.close();
    await this.#keeper?.revoke();
  }

  /** The life is over: the lease runs out by itself. */
  close(): void {
    this.#watch.close();
    this.#keeper?.close();
  }

  /** As often as the process would. */
  #beatInPlace(): void {
    this.beat();
    this.#cancelBeats = this.#deps.clock.after(this.#deps.leaseTtlMs / 3, () => {
      this.#beatInPlace();
    });
  }
}
