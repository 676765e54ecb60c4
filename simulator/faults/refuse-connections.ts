import { WireError } from "../call/contract.ts";
import type { FaultSpec } from "../protocol/model.ts";
import type { FaultKind } from "./contract.ts";

/** New connections are refused, as if nobody listened. */
export const refuseConnections: FaultKind<Extract<FaultSpec, { kind: "refuse-connections" }>> = {
  id: "refuse-connections",
  label: "Refuse connections",
  reach: "wire",
  available: () => true,
  begin(_spec, subject) {
    return {
      passage: () => {
        throw new WireError(`${subject.id} refused the connection (injected fault).`, [
          "refuse-connections",
        ]);
      },
      hitsChecks: true,
      end: () => Promise.resolve(),
    };
  },
};
