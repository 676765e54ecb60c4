import type { RegistryKind } from "../contract.ts";
import { startEmbeddedEtcd } from "./embedded/embedded-etcd.ts";
import { EtcdRegistry } from "./etcd-registry.ts";

/** An etcd server inside this process; everybody, this process too, talks to it by gRPC. */
export const embeddedRegistry: RegistryKind = {
  kind: "embedded",
  async open({ port }, scope) {
    const { address } = await startEmbeddedEtcd({ host: "127.0.0.1", port }, scope);
    return new EtcdRegistry("embedded", address, scope);
  },
};
