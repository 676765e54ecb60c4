import { noop, type IDefaultPolicyContext, type IPolicy } from "cockatiel";

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

  execute<T>(
    fn: (context: IDefaultPolicyContext) => PromiseLike<T> | T,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.current.execute(fn, signal);
  }
}
