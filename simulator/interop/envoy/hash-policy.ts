import type { BalancerSpec } from "../../protocol/spec.ts";
import type { Tell } from "./tell.ts";

/** What Envoy's route hashes, for ring hash and Maglev. */
export type HashPolicy =
  | { readonly header: { readonly header_name: string } }
  | { readonly cookie: { readonly name: string } }
  | { readonly query_parameter: { readonly name: string } }
  | { readonly connection_properties: { readonly source_ip: true } };

const SOURCE: HashPolicy = { connection_properties: { source_ip: true } };
const PATH: HashPolicy = { header: { header_name: ":path" } };

/** What is hashed by an algorithm that hashes; undefined by the others. */
export function hashPolicyOf(balancer: BalancerSpec, tell: Tell): HashPolicy | undefined {
  switch (balancer.algorithm) {
    case "hash":
    case "consistent-hash":
    case "ring-hash":
    case "maglev":
      return policyOfKey(balancer.key ?? "$remote_addr", tell);
    case "ip-hash":
    case "haproxy-source":
      return SOURCE;
    case "haproxy-uri":
      tell("Envoy hashes the whole path with its query.");
      return PATH;
    case "haproxy-hdr":
      return { header: { header_name: balancer.header ?? "host" } };
    case "haproxy-url-param":
      return { query_parameter: { name: balancer.parameter ?? "id" } };
    default:
      return undefined;
  }
}

/** The policy for a key with nginx's variables. */
function policyOfKey(key: string, tell: Tell): HashPolicy {
  const name = /^\$\{?(\w+)\}?$/.exec(key)?.[1] ?? "";
  if (name === "remote_addr" || name === "binary_remote_addr") return SOURCE;
  if (name.startsWith("http_")) {
    return { header: { header_name: name.slice("http_".length).replaceAll("_", "-") } };
  }
  if (name.startsWith("arg_")) return { query_parameter: { name: name.slice("arg_".length) } };
  if (name.startsWith("cookie_")) return { cookie: { name: name.slice("cookie_".length) } };
  if (name === "request_uri") return PATH;
  const usesPath = /\$\{?(request_uri|uri|document_uri)\b/.test(key);
  tell(`Envoy cannot hash ${key}; nearest is ${usesPath ? "the path" : "the caller's address"}.`);
  return usesPath ? PATH : SOURCE;
}
