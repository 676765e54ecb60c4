import { z } from "zod";

/**
 * When a line of a file happens: ms since the beginning. Anything longer is a time of day, whose
 * decades before the first line would all be played.
 */
export const Elapsed = z
  .number()
  .nonnegative()
  .max(1e12, "Expected milliseconds since the beginning, not since 1970.");
