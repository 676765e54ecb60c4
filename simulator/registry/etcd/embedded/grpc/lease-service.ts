import type { ServerDuplexStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Lessor } from "../lessor.ts";
import type { Int64 } from "../messages.ts";
import type { Store } from "../store.ts";
import type { Received } from "./definition.ts";
import { fullHeader, type FullHeader, type Identity } from "./identity.ts";
import { statusOf, unary } from "./unary.ts";

interface KeepAliveRequest {
  readonly ID: Int64;
}

interface KeepAliveResponse {
  readonly header: FullHeader;
  readonly ID: Int64;
  readonly TTL: number;
}

/** The Lease service of etcd's API. */
export function leaseService(
  store: Store,
  lessor: Lessor,
  identity: Identity,
): UntypedServiceImplementation {
  const header = () => fullHeader(identity, store.revision);
  return {
    LeaseGrant: unary((request: { ID: Int64; TTL: Int64 }) => {
      const { id, ttlS } = lessor.grant(request.ID, Number(request.TTL));
      return { header: header(), ID: id, TTL: ttlS };
    }),
    LeaseRevoke: unary((request: { ID: Int64 }) => {
      lessor.revoke(request.ID);
      return { header: header() };
    }),
    LeaseKeepAlive: (call: ServerDuplexStream<Received<KeepAliveRequest>, KeepAliveResponse>) => {
      call.on("data", (received: Received<KeepAliveRequest>) => {
        try {
          const { ID } = received.message();
          // The header is that of before the renewal, which may find the lease run out.
          const before = header();
          call.write({ header: before, ID, TTL: lessor.renew(ID) });
        } catch (error) {
          call.emit("error", statusOf(error));
        }
      });
      call.on("end", () => call.end());
    },
    LeaseTimeToLive: unary((request: { ID: Int64; keys: boolean }) => {
      const status = lessor.status(request.ID);
      // An unknown lease is no error here.
      if (!status) return { header: header(), ID: request.ID, TTL: -1 };
      return {
        header: header(),
        ID: request.ID,
        TTL: status.remainingS,
        grantedTTL: status.ttlS,
        keys: request.keys ? status.keys : [],
      };
    }),
    LeaseLeases: unary(() => ({ header: header(), leases: lessor.ids().map((ID) => ({ ID })) })),
  };
}
