import { connect, type Socket } from "node:net";
import type { Scope } from "../kernel/scope.ts";

/** How often one that refuses connections is tried again. */
const RETRY_MS = 100;
/** How often a program of the user's is looked at. */
const LOOK_MS = 500;

/**
 * Knows whether something accepts connections. To an instance of ours one idle connection is kept
 * open, which breaks the moment that it dies; a program of the user's may serve one connection at
 * a time, and is only looked at now and then.
 */
export class Liveness {
  readonly #changed: (alive: boolean) => void;
  readonly #scope: Scope;
  #host = "";
  #port = 0;
  #keeps = true;
  #alive = true;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(scope: Scope, changed: (alive: boolean) => void) {
    this.#scope = scope;
    this.#changed = changed;
    scope.add(() => {
      this.#stop();
    });
  }

  /** Watches this address from now on; `keeps`: by a connection that stays open. */
  watch(host: string, port: number, keeps: boolean): void {
    if (host === this.#host && port === this.#port) return;
    [this.#host, this.#port, this.#keeps] = [host, port, keeps];
    this.#stop();
    this.#connect();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#socket?.removeAllListeners("close").destroy();
    this.#socket = undefined;
  }

  #connect(): void {
    if (this.#scope.ended) return;
    const socket = connect(this.#port, this.#host);
    this.#socket = socket;
    let accepted = false;
    let acceptedAt = 0;
    socket.on("connect", () => {
      accepted = true;
      acceptedAt = performance.now();
      this.#become(true);
      if (!this.#keeps) socket.destroy();
    });
    // The reason does not matter; `close` follows.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!accepted) this.#become(false);
      // One that is closed as soon as it is open is not asked for again at once.
      const lasted = accepted && performance.now() - acceptedAt > RETRY_MS;
      if (this.#keeps && lasted) this.#connect();
      else this.#timer = setTimeout(() => this.#connect(), this.#keeps ? RETRY_MS : LOOK_MS);
    });
    socket.resume();
  }

  #become(alive: boolean): void {
    if (alive === this.#alive) return;
    this.#alive = alive;
    this.#changed(alive);
  }
}
