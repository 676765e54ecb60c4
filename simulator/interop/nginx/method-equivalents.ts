import type { BalancerId, BalancerSpec } from "../../protocol/spec.ts";
import { isBuiltIn, variablesOf } from "./variables.ts";
import { quoted } from "./words.ts";

/** nginx's method for an algorithm. */
export interface MethodEquivalent {
  /** Absent: round robin, which needs none. */
  readonly directive?: string;
  /** Whether a server of it may be a backup; nginx reads those behind the method only then. */
  readonly backups: boolean;
  /** What is lost. */
  readonly remarks: readonly string[];
}

const ROUND_ROBIN = { backups: true };
const LEAST_CONN = { directive: "least_conn", backups: true };
const RANDOM = { directive: "random", backups: false };
const RANDOM_TWO = { directive: "random two least_conn", backups: false };

/** As long as a word may be and a little shorter, since nginx reads 4096 bytes at a time. */
const LONGEST_KEY_BYTES = 4000;

/** The nearest method of nginx, and what is not the same with it. */
export function methodFor(balancer: BalancerSpec): MethodEquivalent {
  const { algorithm } = balancer;
  const nearest = (
    method: Omit<MethodEquivalent, "remarks">,
    more: readonly string[] = [],
  ): MethodEquivalent => {
    const name = method.directive ?? "round robin";
    return { ...method, remarks: [`${algorithm}: nearest in nginx is ${name}`, ...more] };
  };
  switch (algorithm) {
    case "round-robin":
      return { ...ROUND_ROBIN, remarks: [] };
    case "least-connections":
      return { ...LEAST_CONN, remarks: [] };
    case "ip-hash":
      return { directive: "ip_hash", backups: false, remarks: [] };
    case "random":
      return { ...RANDOM, remarks: [] };
    case "power-of-two":
      return { ...RANDOM_TWO, remarks: [] };
    case "hash":
    case "consistent-hash":
    case "ring-hash":
    case "maglev":
      return hashOfKey(algorithm, balancer.key ?? "$remote_addr");
    case "haproxy-roundrobin":
    case "haproxy-static-rr":
    case "haproxy-first":
      return nearest(ROUND_ROBIN);
    case "haproxy-leastconn":
    case "peak-ewma":
      return nearest(LEAST_CONN);
    case "haproxy-random":
    case "least-request":
      return nearest(RANDOM_TWO);
    case "haproxy-source":
      return nearest(hash(balancer, "$remote_addr"));
    case "haproxy-uri": {
      const cut = balancer.uri?.length !== undefined || balancer.uri?.depth !== undefined;
      return nearest(
        hash(balancer, balancer.uri?.whole === true ? "$request_uri" : "$uri"),
        cut ? ["uri.length and uri.depth: nginx hashes the whole of it"] : [],
      );
    }
    case "haproxy-url-param":
      return nearest(hash(balancer, variable("arg_", balancer.parameter)));
    case "haproxy-hdr":
      return nearest(hash(balancer, variable("http_", balancer.header)));
  }
}

function hash(balancer: BalancerSpec, key: string): Omit<MethodEquivalent, "remarks"> {
  const how = balancer.hash?.type === "consistent" ? " consistent" : "";
  return { directive: `hash ${key}${how}`, backups: false };
}

/** A variable of the request; names that no variable can have are those of letters that it can. */
function variable(prefix: string, name: string | undefined): string {
  const rest = (name ?? "").toLowerCase().replaceAll(/[^a-z0-9]/g, "_");
  return rest === "" ? "$remote_addr" : `$${prefix}${rest}`;
}

function hashOfKey(algorithm: BalancerId, key: string): MethodEquivalent {
  const variables = variablesOf(key);
  const unknown = typeof variables === "string" ? key : variables.find((name) => !isBuiltIn(name));
  const usable = unknown === undefined && Buffer.byteLength(key) <= LONGEST_KEY_BYTES;
  const how = algorithm === "hash" ? "" : " consistent";
  const directive = `hash ${quoted(usable ? key : "$remote_addr")}${how}`;
  const remarks = [
    ...(usable
      ? []
      : [`key: nginx cannot read it or has no such variable; nearest is $remote_addr`]),
    ...(algorithm === "ring-hash" || algorithm === "maglev"
      ? [`${algorithm}: nearest in nginx is ${directive}, another ring`]
      : []),
  ];
  return { directive, backups: false, remarks };
}
