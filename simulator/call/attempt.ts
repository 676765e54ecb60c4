import type { Member } from "../balancing/contract.ts";
import type { AttemptProgress } from "../resilience/contract.ts";
import type {
  AttemptResult,
  FaultyPath,
  Headers,
  RequestBody,
  Wire,
  WireResponse,
} from "./contract.ts";
import { WireError } from "./contract.ts";

/** What one attempt needs besides its request. */
export interface AttemptDeps {
  readonly wire: Wire;
  readonly faults: FaultyPath;
}

/** The request of one attempt. */
export interface AttemptRequest {
  readonly service: string;
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  readonly body: RequestBody;
  readonly member: Member;
}

/**
 * One try at one instance: faults, then the wire. Every way it can go wrong is a result; it rejects
 * only with the reason of an aborted signal.
 */
export async function attempt(
  deps: AttemptDeps,
  request: AttemptRequest,
  signal: AbortSignal,
  progress: AttemptProgress,
): Promise<AttemptResult> {
  const { member } = request;
  let response: WireResponse;
  try {
    const passage = deps.faults.pass(member.id, request.service);
    if (passage) progress.faults = passage.kinds;
    if (passage?.status !== undefined) {
      response = faultyAnswer(passage.status, passage.kinds);
    } else {
      const sent = () => (progress.sent = true);
      const path = pathBelow(request.uri);
      response = await deps.wire.send(member, { ...request, path, sent }, signal);
    }
    if (passage?.hold) await held(response, passage.hold, signal);
  } catch (error) {
    // Whatever broke when it was given up broke because of that.
    if (signal.aborted || !(error instanceof WireError)) throw error;
    if (error.faults) progress.faults = error.faults;
    return { outcome: "unavailable", ...progress, error: error.message };
  }
  if (response.status < 500) return { outcome: "success", response, ...progress };
  const error = `${member.id} answered ${response.status}.`;
  return { outcome: "failure", response, ...progress, error };
}

/** What the instance is asked: the path without the service's name before it. */
function pathBelow(uri: string): string {
  const end = uri.slice(1).search(/[/?]/);
  const below = end < 0 ? "" : uri.slice(end + 1);
  return below.startsWith("/") ? below : `/${below}`;
}

/** Waits for a fault that holds the answer back; gives the answer up when nobody waits any more. */
async function held(
  response: WireResponse,
  hold: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await hold(signal);
  } catch (error) {
    response.discard();
    throw error;
  }
}

/** What an injected error rate answers in the function's place. */
function faultyAnswer(status: number, kinds: readonly string[]): WireResponse {
  const message = `Injected fault: ${kinds.join(", ")}.`;
  const body = Buffer.from(JSON.stringify({ error: { name: "InjectedFault", message } }));
  return {
    status,
    headers: [["content-type", "application/json"]],
    body,
    done: Promise.resolve(true),
    discard: () => undefined,
  };
}
