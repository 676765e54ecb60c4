import type { AttemptResult, CallReply, CallRequest, Calls } from "./contract.ts";
import { LiveCall } from "./live-call.ts";
import type { PipelineDeps } from "./pipeline-deps.ts";

export type { CallableService, PipelineDeps } from "./pipeline-deps.ts";

/** The caller had given up before the call arrived: nobody is to work for it. */
const TOO_LATE: AttemptResult = {
  outcome: "timeout",
  sent: false,
  error: "The deadline of the call had passed before it arrived.",
};

/**
 * The life of one call, from the outside in:
 *
 *     Pipeline             finds the service, tells that the call has begun
 *     └ LiveCall           what the layers see of it; makes the answer, tells that it has ended
 *       └ Guard            resilience/: the layers, each around the next; one may try again
 *         └ Attempts       a LiveTry for each try that a layer opens
 *           ├ Picks        balancing/: asks for an instance, waits in its queue, says how it went
 *           └ attempt      one request to one instance
 *             └ faults/    may hold it up, answer in its place, break it off
 *               └ Wire     gateway/: the connection
 *
 * With an installed program as balancer, ProgramAttempt stands in the place of the last four: it
 * asks the program, and makes an attempt of each request that arrives from there at an instance.
 */
export class Pipeline implements Calls {
  readonly #deps: PipelineDeps;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
  }

  async call(request: CallRequest): Promise<CallReply | undefined> {
    const service = this.#deps.service(request.service);
    if (!service) return undefined;
    // Deadlines come and go as times of day: after a sleep, the first call is not to wait for a look.
    this.#deps.clock.catchUp?.();
    const { id: call, traceId, parent, caller, client, method, uri } = request;
    this.#deps.log?.append({
      kind: "call-started",
      call,
      service: request.service,
      traceId,
      ...(parent !== undefined && { parent }),
      caller,
      client,
      method,
      uri,
    });
    const live = new LiveCall(this.#deps, this, service, request);
    try {
      if (this.#isOver(request)) return live.reply(TOO_LATE);
      return live.reply(await service.guard.run(live));
    } catch (error) {
      // A bug of ours; the call has ended all the same.
      live.broke(error);
      throw error;
    }
  }

  #isOver({ deadline }: CallRequest): boolean {
    return deadline !== undefined && deadline <= this.#deps.clock.now();
  }
}
