import type { Member } from "../balancing/contract.ts";
import type { Cancellation } from "../kernel/cancellation.ts";
import type { AttemptProgress } from "../resilience/contract.ts";
import type {
  AttemptResult,
  FaultyPath,
  PassingExchange,
  PassingRequest,
  Wire,
  WireRequest,
  WireResponse,
} from "./contract.ts";
import { WireError } from "./contract.ts";

/** What one attempt needs besides its request. */
export interface AttemptDeps {
  readonly wire: Wire;
  readonly faults: FaultyPath;
}

/** The request of one attempt. */
export interface AttemptRequest extends PassingRequest, WireRequest {
  readonly member: Member;
}

/**
 * One try at one instance: faults, then the wire. Every way it can go wrong is a result; it rejects
 * only with the reason for which it is given up.
 */
export async function attempt(
  deps: AttemptDeps,
  request: AttemptRequest,
  cancellation: Cancellation,
  progress: AttemptProgress,
): Promise<AttemptResult> {
  const { member, path } = request;
  let response: WireResponse;
  try {
    const passage = deps.faults.pass(member.id, request, path);
    response = await (passage
      ? passage.carry(passing(deps.wire, request, cancellation, progress))
      : deps.wire.send(member, request, cancellation));
  } catch (error) {
    // Whatever broke when it was given up broke because of that.
    if (cancellation.reason || !(error instanceof WireError)) throw error;
    const { message, begun } = error;
    return { outcome: "unavailable", ...progress, error: message, ...(begun && { begun }) };
  }
  if (response.status < 500) return { outcome: "success", response, ...progress };
  const error = `${member.id} answered ${response.status}.`;
  return { outcome: "failure", response, ...progress, error };
}

/** What the instance is asked: the path without the service's name before it. */
export function pathBelow(uri: string): string {
  const end = uri.slice(1).search(/[/?]/);
  const below = end < 0 ? "" : uri.slice(end + 1);
  return below.startsWith("/") ? below : `/${below}`;
}

/** What a fault's passage sees of the attempt. */
function passing(
  wire: Wire,
  request: AttemptRequest,
  cancellation: Cancellation,
  progress: AttemptProgress,
): PassingExchange {
  const { member } = request;
  return {
    instance: member.id,
    get signal() {
      return cancellation.signal;
    },
    send: () => wire.send(member, request, cancellation),
    sent: request.sent.bind(request),
    touched: (kind) => {
      progress.faults = [...(progress.faults ?? []), kind];
    },
  };
}
