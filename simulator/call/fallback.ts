import { fallbackFunctionOf } from "../protocol/fallback-function.ts";
import type { FallbackSpec } from "../protocol/spec.ts";
import type { AttemptResult, CallRequest, Calls, WireResponse } from "./contract.ts";
import { jsonAnswer } from "./json-answer.ts";
import type { PipelineDeps } from "./pipeline-deps.ts";

/**
 * Answers a call otherwise; undefined: that cannot be asked, and nothing has happened. The request
 * is bounded by how long anybody waits for another answer.
 */
export async function askFallback(
  deps: PipelineDeps,
  calls: Calls,
  request: CallRequest,
  spec: FallbackSpec,
  because: AttemptResult,
  lastGood: WireResponse | undefined,
): Promise<AttemptResult | undefined> {
  const { log, newId } = deps;
  const { id: call, body } = request;
  const used = { kind: "fallback-used", call, because: because.outcome } as const;
  const own = { outcome: "success", sent: false, fallback: true } as const;
  if ("value" in spec) {
    because.response?.discard();
    log?.append({ ...used, fallback: "value" });
    return { ...own, response: jsonAnswer(200, spec.value) };
  }
  if ("lastGood" in spec) {
    if (!lastGood) return undefined;
    because.response?.discard();
    log?.append({ ...used, fallback: "last-good" });
    return { ...own, response: lastGood };
  }
  const isFunction = "function" in spec;
  const target = isFunction ? fallbackFunctionOf(request.service) : spec.service;
  // What was passed on already and is not kept cannot be sent to another service.
  if (deps.service(target) === undefined || !body.replayable) return undefined;
  because.response?.discard();
  log?.append({ ...used, fallback: isFunction ? "function" : "service", target });
  const reply = await calls.call({ ...request, id: newId(), parent: call, service: target });
  if (!reply) return undefined;
  const { outcome, instance } = reply;
  const answer = { sent: true, response: reply, instance, fallback: true };
  if (outcome === "success" || outcome === "fallback") return { outcome: "success", ...answer };
  const what = isFunction ? "fallback function" : "fallback service";
  const error = `The ${what} "${target}" ended with ${outcome}.`;
  return { outcome, ...answer, error };
}
