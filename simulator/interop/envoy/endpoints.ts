import { isIP } from "node:net";
import type { Server, ServiceSpec } from "../../protocol/spec.ts";
import type { Tell } from "./tell.ts";

/** `type` and `load_assignment` of a cluster: backups are of the second priority. */
export function endpoints(
  name: string,
  { balancer, instances }: ServiceSpec,
  tell: Tell,
): Record<string, unknown> {
  const listed = balancer.servers ?? [];
  const servers = Array.from({ length: Math.max(instances, listed.length) }, (_, i) => listed[i]);
  if (servers.some((server) => server?.address === undefined)) {
    tell("Instances that Fuseboard starts have no lasting address; put yours for 192.0.2.x:8080.");
  }
  if (servers.some((server) => (server?.maxConnections ?? 0) > 0)) {
    tell("Envoy limits connections of a cluster and not of a server; nearest is circuit_breakers.");
  }
  const all = servers.map((server, i) => ({ server, address: addressOf(server, i) }));
  const isStatic = all.every(({ address }) => "pipe" in address || isIP(address.host) !== 0);
  const groups = [false, true].map((backup) =>
    all
      .filter(({ server }) => (server?.backup ?? false) === backup)
      .map(({ server, address }) => endpointOf(server, address)),
  );
  return {
    type: isStatic ? "STATIC" : "STRICT_DNS",
    load_assignment: {
      cluster_name: name,
      endpoints: groups
        .map((endpointsOfGroup, priority) => ({
          ...(priority > 0 && { priority }),
          lb_endpoints: endpointsOfGroup,
        }))
        .filter(({ lb_endpoints }, priority) => priority === 0 || lb_endpoints.length > 0),
    },
  };
}

type Address = { readonly host: string; readonly port: number } | { readonly pipe: string };

function addressOf(server: Server | undefined, index: number): Address {
  const written = server?.address;
  if (written === undefined) return { host: `192.0.2.${index + 1}`, port: 8080 };
  const socket = /^(?:unix[:@]|(?=\/))(.*)$/.exec(written)?.[1];
  if (socket !== undefined) return { pipe: socket };
  const [, bracketed, plain = "", port] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d+))?$/.exec(written) ?? [];
  // An address of HAProxy's that is all of this machine, and nginx's default port.
  const host = bracketed ?? plain;
  return { host: host === "" || host === "*" ? "127.0.0.1" : host, port: Number(port ?? 80) };
}

function endpointOf(server: Server | undefined, address: Address): Record<string, unknown> {
  const weight = server?.weight ?? 1;
  return {
    endpoint: {
      address:
        "pipe" in address
          ? { pipe: { path: address.pipe } }
          : { socket_address: { address: address.host, port_value: address.port } },
    },
    ...(weight > 1 && { load_balancing_weight: weight }),
    // Weights begin at 1: who is to get nothing is drained.
    ...((server?.down === true || weight === 0) && { health_status: "DRAINING" }),
  };
}
