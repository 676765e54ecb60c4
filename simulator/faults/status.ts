import type { WireResponse } from "../call/contract.ts";
import type { FaultKindId } from "../protocol/model.ts";
import type { SpecOf, WireFaultKind } from "./contract.ts";

/** Answered with a status; the function is not asked. */
export const status: WireFaultKind<SpecOf<"status">> = {
  id: "status",
  reach: "wire",
  stage: "answer",
  checks: "none",
  available: () => true,
  begin: ({ status: code }) => ({
    strike: () => () => Promise.resolve(answerWith(code, "status")),
  }),
};

/** What a fault answers in the instance's place. */
export function answerWith(code: number, fault: FaultKindId): WireResponse {
  const isError = code >= 400;
  const message = `Injected fault: ${fault}.`;
  const content = isError ? { error: { name: "InjectedFault", message } } : { message };
  const isEmpty = code === 204 || code === 304;
  return {
    status: code,
    headers: isEmpty ? [] : [["content-type", "application/json"]],
    body: isEmpty ? Buffer.alloc(0) : Buffer.from(JSON.stringify(content)),
    done: Promise.resolve(true),
    discard: () => undefined,
  };
}
