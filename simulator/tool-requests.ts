import { compareAlgorithms } from "./offline/compare.ts";
import type { RequestHandlers } from "./protocol/channel.ts";

/** What can be asked without a cluster. */
type ToolRequests = Pick<RequestHandlers, "compareAlgorithms">;

/** Answers the requests that need no cluster. */
export const toolRequests: ToolRequests = {
  compareAlgorithms: async ({ spec, algorithms, ...traffic }) => ({
    runs: await compareAlgorithms(spec, algorithms, traffic),
  }),
};
