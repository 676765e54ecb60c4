import { IsolatedCircuitError, noop, type IDefaultPolicyContext, type IPolicy } from "cockatiel";

/**
 * Thrown in place of what an abandoned call threw. It says nothing about the service, so a closed
 * breaker does not count it; a probe, though, must not close the breaker without an answer.
 */
export class CallerGone extends Error {
  readonly wasProbe: boolean;

  constructor(wasProbe: boolean) {
    super("the caller went away before the answer");
    this.wasProbe = wasProbe;
  }
}

/**
 * A policy that stands for another one, which may be changed by hand. The layers around keep this
 * one for good. Its events never fire: cockatiel's `wrap` has those of the outermost layer anyway.
 */
export class SwitchedPolicy implements IPolicy {
  declare readonly _altReturn: never;
  readonly onSuccess = noop.onSuccess;
  readonly onFailure = noop.onFailure;
  /** Takes the calls from now on. */
  current: IPolicy = noop;
  readonly #isProbing: () => boolean;

  /** @param isProbing whether what starts now is the probe of a half-open breaker */
  constructor(isProbing: () => boolean) {
    this.#isProbing = isProbing;
  }

  async execute<T>(
    fn: (context: IDefaultPolicyContext) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ): Promise<T> {
    const run = async (context: IDefaultPolicyContext): Promise<T> => {
      const isProbe = this.#isProbing();
      try {
        return await fn(context);
      } catch (error) {
        throw signal?.aborted ? new CallerGone(isProbe) : error;
      }
    };
    for (;;) {
      const { current } = this;
      try {
        return await current.execute(run, signal);
      } catch (error) {
        // It waited there for a probe when someone changed the policy: it asks the new one.
        if (error instanceof IsolatedCircuitError && current !== this.current) continue;
        throw error;
      }
    }
  }
}
