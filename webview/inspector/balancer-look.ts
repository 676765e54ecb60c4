import type { BalancerPicture } from "../../simulator/protocol/balancer-model.ts";
import type { InstanceState, ServiceState } from "../../simulator/protocol/model.ts";
import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import type { Moment } from "../part.ts";
import type { Spotlight } from "./spotlight.ts";

/** What the parts of the decision inspector draw at one moment. */
export interface BalancerLook {
  readonly moment: Moment;
  readonly service: ServiceState;
  /** Those of the service, in the order of their numbers. */
  readonly instances: readonly InstanceState[];
  /** Undefined until the simulator answered. */
  readonly inspection: ServiceInspection | undefined;
  /** Without rows until the simulator answered. */
  readonly picture: BalancerPicture;
  readonly spotlight: Spotlight;
}

const NOTHING: BalancerPicture = { columns: [], rows: [], waiting: 0 };

/** Undefined when the service is gone. */
export function lookAt(
  service: string,
  moment: Moment,
  inspection: ServiceInspection | undefined,
  spotlight: Spotlight,
): BalancerLook | undefined {
  const state = moment.snapshot.services[service];
  if (!state) return undefined;
  const instances = Object.values(moment.snapshot.instances)
    .filter((instance) => instance.service === service)
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
  const picture = inspection?.balancer.picture ?? NOTHING;
  return { moment, service: state, instances, inspection, picture, spotlight };
}
