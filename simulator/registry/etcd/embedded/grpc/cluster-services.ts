import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { unimplemented } from "../etcd-error.ts";
import type { Store } from "../store.ts";
import { ETCD_VERSION, fullHeader, type Identity } from "./identity.ts";
import { unary } from "./unary.ts";

/** What `etcdctl member list` needs of the Cluster service. `address` is read when asked for. */
export function clusterService(
  identity: Identity,
  address: () => string,
): UntypedServiceImplementation {
  return {
    MemberList: unary(() => ({
      // The revision of this header is 0 in etcd too.
      header: fullHeader(identity, 0),
      members: [
        {
          ID: identity.memberId,
          name: "fuseboard",
          // Alone, it has no address for other members.
          peerURLs: [],
          clientURLs: [`http://${address()}`],
        },
      ],
    })),
  };
}

/** What `etcdctl endpoint status` and `endpoint health` need of the Maintenance service. */
export function maintenanceService(store: Store, identity: Identity): UntypedServiceImplementation {
  return {
    Status: unary(() => {
      const bytes = store.bytes();
      return {
        header: fullHeader(identity, store.revision),
        version: ETCD_VERSION,
        dbSize: bytes,
        dbSizeInUse: bytes,
        leader: identity.memberId,
        raftTerm: identity.raftTerm,
        // There is no log besides the revisions.
        raftIndex: store.revision,
        raftAppliedIndex: store.revision,
      };
    }),
    Alarm: unary((request: { action: string | number }) => {
      if (request.action !== "Get") throw unimplemented("alarms that are set by hand");
      return { alarms: [] };
    }),
  };
}
