import type { MethodDefinition, ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { messageTooLarge } from "../etcd-error.ts";
import { protoPath } from "../proto-path.ts";

export type ServiceName = "KV" | "Watch" | "Lease" | "Cluster" | "Maintenance";

/** 1.5 MiB for a request and 512 KiB for its frame. */
const TRANSPORT_LIMIT_BYTES = 2 * 1024 * 1024;

/** A decoded request with its encoded size; a too large one is not decoded. */
export interface Received<T> {
  readonly bytes: number;
  /** Throws etcd's refusal when the request is too large. */
  message(): T;
}

/** Loads etcd's services; their requests come as {@link Received}. */
export function loadServices(): Record<ServiceName, ServiceDefinition> {
  const loaded = loadSync(protoPath(), {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  const service = (name: ServiceName): ServiceDefinition => {
    const methods = loaded[`etcdserverpb.${name}`] as ServiceDefinition;
    return Object.fromEntries(Object.entries(methods).map(([key, m]) => [key, measured(m)]));
  };
  return {
    KV: service("KV"),
    Watch: service("Watch"),
    Lease: service("Lease"),
    Cluster: service("Cluster"),
    Maintenance: service("Maintenance"),
  };
}

function measured<Q, A>(method: MethodDefinition<Q, A>): MethodDefinition<Received<Q>, A> {
  const decode = method.requestDeserialize;
  return {
    ...method,
    requestSerialize: () => {
      throw new Error("The server sends no requests.");
    },
    requestDeserialize: (encoded) => {
      const bytes = encoded.length;
      if (bytes <= TRANSPORT_LIMIT_BYTES) {
        const decoded = decode(encoded);
        return { bytes, message: () => decoded };
      }
      return {
        bytes,
        message: () => {
          throw messageTooLarge(bytes, TRANSPORT_LIMIT_BYTES);
        },
      };
    },
  };
}
