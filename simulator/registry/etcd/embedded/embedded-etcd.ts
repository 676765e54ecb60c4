import { Server, ServerCredentials } from "@grpc/grpc-js";
import { awakeClock, type Clock } from "../../../kernel/clock.ts";
import { FuseboardError, messageOf } from "../../../kernel/errors.ts";
import { systemRandom, type Random } from "../../../kernel/random.ts";
import type { Scope } from "../../../kernel/scope.ts";
import { clusterService, maintenanceService } from "./grpc/cluster-services.ts";
import { loadServices } from "./grpc/definition.ts";
import { identityOf } from "./grpc/identity.ts";
import { kvService } from "./grpc/kv-service.ts";
import { leaseService } from "./grpc/lease-service.ts";
import { watchService } from "./grpc/watch-service.ts";
import { EXPIRY_SCAN_MS, Lessor } from "./lessor.ts";
import { checkPortFree } from "./port.ts";
import { Store } from "./store.ts";
import { WatchHub } from "./watch-hub.ts";

/** A running server. */
export interface EmbeddedEtcd {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** The store's newest revision. */
  revision(): number;
}

export interface EmbeddedEtcdOptions {
  readonly host: "127.0.0.1";
  /** 0: any free one. */
  readonly port: number;
  /** Time between progress notes of a watch that hears nothing else; 10 minutes as in etcd. */
  readonly progressNotifyMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
}

/** Far above the limit that is enforced, so that its refusal can be worded as etcd's. */
const RECEIVE_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Starts an etcd v3 server in this process: KV, Watch, Lease, and what `etcdctl` asks of Cluster
 * and Maintenance. Its data live in memory, and end with the scope like all of its streams.
 * Rejects with a FuseboardError: `port-in-use`, or `registry-failed`.
 */
export async function startEmbeddedEtcd(
  options: EmbeddedEtcdOptions,
  scope: Scope,
): Promise<EmbeddedEtcd> {
  const { host, port, progressNotifyMs = 600_000 } = options;
  const random = options.random ?? systemRandom;
  if (port !== 0) await checkPortFree(host, port);
  const store = new Store();
  const lessor = new Lessor(store, options.clock ?? awakeClock, random);
  const hub = new WatchHub(store);
  const identity = identityOf(`${host}:${String(port === 0 ? random.next() : port)}`);
  // Up to a tenth longer, so that not all streams have their note at the same time.
  const noteEveryMs = () => progressNotifyMs * (1 + random.next() / 10);
  let address = "";

  const server = new Server({
    "grpc.max_receive_message_length": RECEIVE_LIMIT_BYTES,
    "grpc.max_send_message_length": -1,
  });
  const services = loadServices();
  server.addService(services.KV, kvService(store, lessor, identity));
  server.addService(services.Watch, watchService(hub, identity, noteEveryMs));
  server.addService(services.Lease, leaseService(store, lessor, identity));
  server.addService(
    services.Cluster,
    clusterService(identity, () => address),
  );
  server.addService(services.Maintenance, maintenanceService(store, identity));

  address = `${host}:${String(await bind(server, host, port))}`;
  const scan = setInterval(() => {
    lessor.expireDue();
  }, EXPIRY_SCAN_MS);
  scope.add(async () => {
    clearInterval(scan);
    const closed = new Promise<void>((resolve) => {
      server.tryShutdown(() => {
        resolve();
      });
    });
    server.forceShutdown();
    await closed;
  });
  return { address, revision: () => store.revision };
}

function bind(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const credentials = ServerCredentials.createInsecure();
    server.bindAsync(`${host}:${String(port)}`, credentials, (error, bound) => {
      if (!error) {
        resolve(bound);
        return;
      }
      const where = `${host}:${String(port)}`;
      const message = `The registry cannot listen on ${where}: ${messageOf(error)}`;
      reject(new FuseboardError("registry-failed", message, { cause: error }));
    });
  });
}
