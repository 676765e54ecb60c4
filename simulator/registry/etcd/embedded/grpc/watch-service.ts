import type { ServerDuplexStream, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Int64, WatchCreateRequest, WatchResponse } from "../messages.ts";
import type { WatchHub } from "../watch-hub.ts";
import type { Received } from "./definition.ts";
import { fullHeader, type FullHeader, type Identity } from "./identity.ts";
import { statusOf } from "./unary.ts";

/** At most one of the members is there. */
interface WatchRequest {
  readonly create_request?: WatchCreateRequest | null;
  readonly cancel_request?: { readonly watch_id: Int64 } | null;
  readonly progress_request?: object | null;
}

type Call = ServerDuplexStream<Received<WatchRequest>, WatchResponse & { header: FullHeader }>;

/** The Watch service of etcd's API; each stream asks once how often progress is to be noted. */
export function watchService(
  hub: WatchHub,
  identity: Identity,
  progressNotifyMs: () => number,
): UntypedServiceImplementation {
  const open = (call: Call) => {
    const stream = hub.open((response) => {
      call.write({ ...response, header: fullHeader(identity, response.header.revision) });
    });
    const timer = setInterval(() => {
      stream.notifyProgress();
    }, progressNotifyMs());
    const close = () => {
      clearInterval(timer);
      hub.close(stream);
    };
    call.on("data", (received: Received<WatchRequest>) => {
      try {
        const request = received.message();
        if (request.create_request) stream.create(request.create_request);
        else if (request.cancel_request) stream.cancel(request.cancel_request.watch_id);
        else if (request.progress_request) stream.progress();
      } catch (error) {
        close();
        call.emit("error", statusOf(error));
      }
    });
    // A client that has no more to say still listens: no "end" here.
    call.on("cancelled", close);
    call.on("error", close);
    call.on("close", close);
  };
  return { Watch: open };
}
