import type { RegistryKind } from "./contract.ts";
import { embeddedRegistry } from "./etcd/embedded-registry.ts";

/** All kinds of registry. A new one is a file and a line here. */
export const registryKinds: readonly RegistryKind[] = [embeddedRegistry];
