import { brokenOff } from "./broken.ts";
import type { Around, SpecOf, WireFaultKind } from "./contract.ts";

/** The function runs, and its answer breaks off before the head: the caller cannot know. */
export const abortBeforeHead: WireFaultKind<SpecOf<"abort-before-head">> = {
  id: "abort-before-head",
  reach: "wire",
  stage: "answer",
  checks: "none",
  available: () => true,
  begin: () => ({ strike: () => loseAnswer }),
};

export const loseAnswer: Around = async ({ instance }, next) => {
  const response = await next();
  response.discard();
  throw brokenOff(instance);
};
