import type { z } from "zod";

/** One method: validators of what goes in and what comes out. */
export interface RequestDefinition<
  P extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  readonly params: P;
  readonly result: R;
}

/** A method by its validators. */
export const define = <P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
): RequestDefinition<P, R> => ({ params, result });
