import type { Cancellation } from "../kernel/cancellation.ts";
import type { Bounds } from "./contract.ts";

/** The same bounds with another cancellation, and no later than this deadline, epoch ms. */
export function narrowed(
  { deadline, attemptMs }: Bounds,
  cancellation: Cancellation,
  limit: number,
): Bounds {
  return {
    cancellation,
    deadline: deadline === undefined || limit < deadline ? limit : deadline,
    ...(attemptMs !== undefined && { attemptMs }),
  };
}
