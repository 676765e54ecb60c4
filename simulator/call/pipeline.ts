import type { CallReply, CallRequest, Calls } from "./contract.ts";
import { LiveCall } from "./live-call.ts";
import type { PipelineDeps } from "./pipeline-deps.ts";

export type { CallableService, PipelineDeps } from "./pipeline-deps.ts";

/** The life of one call: the layers of resilience around attempts at instances. */
export class Pipeline implements Calls {
  readonly #deps: PipelineDeps;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
  }

  async call(request: CallRequest): Promise<CallReply | undefined> {
    const service = this.#deps.service(request.service);
    if (!service) return undefined;
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
      return live.reply(await service.guard.run(live));
    } catch (error) {
      // A bug of ours; the call has ended all the same.
      live.broke(error);
      throw error;
    }
  }
}
