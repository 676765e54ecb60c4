/** Who is told, once, that something is given up. */
export interface CancellationListener {
  canceled(reason: Error): void;
}

/**
 * Something that may be given up, as an `AbortSignal` is, but made and listened to at almost no
 * cost: it joins what it depends on only when somebody listens, and makes an `AbortSignal` only
 * when asked for one.
 */
export class Cancellation implements CancellationListener {
  readonly #parent: Cancellation | undefined;
  readonly #source: AbortSignal | undefined;
  #controller: AbortController | undefined;
  #onAbort: (() => void) | undefined;
  #reason: Error | undefined;
  #first: CancellationListener | undefined;
  #more: Set<CancellationListener> | undefined;

  private constructor(parent: Cancellation | undefined, source: AbortSignal | undefined) {
    this.#parent = parent;
    this.#source = source;
  }

  /** One that is given up together with a signal. */
  static of(signal: AbortSignal): Cancellation {
    return new Cancellation(undefined, signal);
  }

  /** One that nothing ends; all may share it. */
  static readonly never = new Cancellation(undefined, undefined);

  /** One that only `cancel` ends. */
  static independent(): Cancellation {
    return new Cancellation(undefined, undefined);
  }

  /** One that ends with this one, or before it. */
  child(): Cancellation {
    return new Cancellation(this, undefined);
  }

  /** Why it was given up; undefined: it was not. */
  get reason(): Error | undefined {
    if (this.#reason) return this.#reason;
    if (this.#source?.aborted) return this.#source.reason as Error;
    return this.#parent?.reason;
  }

  /** The same for what takes an `AbortSignal`. */
  get signal(): AbortSignal {
    if (this.#source) return this.#source;
    // What listens to it is not to pile up.
    if (this === Cancellation.never) return new AbortController().signal;
    if (!this.#controller) {
      this.#controller = new AbortController();
      const { reason } = this;
      if (reason) this.#controller.abort(reason);
      else if (!this.#first && !this.#more) this.#join();
    }
    return this.#controller.signal;
  }

  /** Tells `listener` when it is given up. One that is given up already tells nobody. */
  listen(listener: CancellationListener): void {
    if (this.reason || this === Cancellation.never) return;
    if (!this.#first && !this.#more && !this.#controller) this.#join();
    if (this.#first) (this.#more ??= new Set()).add(listener);
    else this.#first = listener;
  }

  unlisten(listener: CancellationListener): void {
    if (this.#first === listener) this.#first = undefined;
    else this.#more?.delete(listener);
    if (this.#more?.size === 0) this.#more = undefined;
    if (!this.#first && !this.#more && !this.#controller) this.#leave();
  }

  /** Gives it up; only the first reason counts. */
  cancel(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#leave();
    this.#controller?.abort(reason);
    const first = this.#first;
    this.#first = undefined;
    first?.canceled(reason);
    // One that an earlier one has taken off is not told.
    if (this.#more) for (const each of this.#more) each.canceled(reason);
    this.#more = undefined;
  }

  /** What it depends on was given up. */
  canceled(reason: Error): void {
    this.cancel(reason);
  }

  #join(): void {
    this.#parent?.listen(this);
    if (!this.#source) return;
    this.#onAbort ??= () => {
      this.cancel(this.#source?.reason as Error);
    };
    this.#source.addEventListener("abort", this.#onAbort);
  }

  #leave(): void {
    this.#parent?.unlisten(this);
    if (this.#onAbort) this.#source?.removeEventListener("abort", this.#onAbort);
  }
}
