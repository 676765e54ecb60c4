import type { AttemptEnd, CallSubject, Selection } from "../../simulator/balancing/contract.ts";
import { ServiceView, type ViewDeps } from "../../simulator/balancing/service-view.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { Balancer, type BalancerFile } from "../../simulator/protocol/spec.ts";
import { fakeClock } from "./guarded-call.ts";

/** What facts keep of a call like any other. */
export const SUBJECT_PARTS = { client: "127.0.0.1", method: "POST", uri: "/svc" };

/** A call like any other. */
const SUBJECT: CallSubject = {
  ...SUBJECT_PARTS,
  header: () => undefined,
};

export const SUCCESS: AttemptEnd = {
  outcome: "success",
  status: 200,
  sent: true,
  ms: 1,
  again: false,
};

/** The view of a service with this balancer, and nobody in it. */
export function viewOn(balancer: BalancerFile = {}, change: Partial<ViewDeps> = {}): ServiceView {
  const deps = { random: seededRandom(1), clock: fakeClock, ...change };
  return new ServiceView(Balancer.parse(balancer), deps);
}

/** Begins the picks of a new call. */
export function callOf(view: ServiceView): Selection {
  return view.begin(SUBJECT, { tried: new Set(), reuse: true });
}
