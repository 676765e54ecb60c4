import type { BalancerSpec } from "../../protocol/spec.ts";
import { written } from "./write-word.ts";

/** What cannot be written as it is, and what is instead. */
export type Tell = (message: string) => void;

/** The lines that say who gets a call. */
export function balanceLines(balancer: BalancerSpec, tell: Tell): string[] {
  const [balance, hash] = balanceOf(balancer, tell);
  const lines = [`balance ${balance}`];
  if (hash === "consistent") lines.push("hash-type consistent");
  if (hash === "own" && balancer.hash) {
    const { type, avalanche, balanceFactor } = balancer.hash;
    lines.push(`hash-type ${type} ${balancer.hash.function}${avalanche ? " avalanche" : ""}`);
    if (balanceFactor > 100) lines.push(`hash-balance-factor ${balanceFactor}`);
  }
  if (balancer.allBackups || hasGroupOfBackups(balancer)) lines.push("option allbackups");
  const { fullConnections } = balancer;
  if (fullConnections > 0 || hasMovingLimits(balancer)) {
    lines.push(`fullconn ${Math.max(1, fullConnections)}`);
  }
  return lines;
}

/** Without a number of its own HAProxy takes one of the frontends' for it. */
function hasMovingLimits({ servers }: BalancerSpec): boolean {
  return servers?.some(({ minConnections }) => minConnections > 0) ?? false;
}

/** Others than HAProxy use all backups at once. */
function hasGroupOfBackups({ algorithm, servers }: BalancerSpec): boolean {
  return !algorithm.startsWith("haproxy-") && (servers?.some(({ backup }) => backup) ?? false);
}

type Hash = "own" | "consistent" | "none";

function balanceOf(balancer: BalancerSpec, tell: Tell): readonly [string, Hash] {
  const nearest = (balance: string, hash: Hash = "none") => {
    tell(`${balancer.algorithm} has no equivalent in HAProxy; nearest is balance ${balance}.`);
    return [balance, hash] as const;
  };
  switch (balancer.algorithm) {
    case "haproxy-roundrobin":
      return ["roundrobin", "none"];
    case "haproxy-static-rr":
      return ["static-rr", "none"];
    case "haproxy-leastconn":
      return ["leastconn", "none"];
    case "haproxy-first":
      return ["first", "none"];
    case "haproxy-source":
      return ["source", "own"];
    case "haproxy-uri":
      return [uriOf(balancer), "own"];
    case "haproxy-url-param":
      if (balancer.parameter !== undefined) {
        return [`url_param ${written(balancer.parameter)}`, "own"];
      }
      tell("haproxy-url-param without `parameter` hashes nothing; nearest is balance roundrobin.");
      return ["roundrobin", "none"];
    case "haproxy-hdr":
      if (balancer.header !== undefined && !balancer.header.includes(")")) {
        const domain = balancer.domainOnly ? " use_domain_only" : "";
        return [`hdr(${written(balancer.header)})${domain}`, "own"];
      }
      tell("haproxy-hdr without a usable `header` hashes nothing; nearest is balance roundrobin.");
      return ["roundrobin", "none"];
    case "haproxy-random":
      return [`random(${balancer.draws})`, "own"];
    case "round-robin":
      return nearest("roundrobin");
    case "least-connections":
    case "peak-ewma":
      return nearest("leastconn");
    case "ip-hash":
      return nearest("source");
    case "random":
      return nearest("random(1)");
    case "power-of-two":
      return nearest("random(2)");
    case "least-request":
      return nearest(`random(${balancer.draws})`);
    case "hash":
      return nearest(hashOfKey(balancer.key));
    case "consistent-hash":
    case "ring-hash":
    case "maglev":
      return nearest(hashOfKey(balancer.key), "consistent");
  }
}

function uriOf({ uri }: BalancerSpec): string {
  const words = ["uri"];
  if (uri?.length !== undefined) words.push(`len ${uri.length}`);
  if (uri?.depth !== undefined) words.push(`depth ${uri.depth}`);
  if (uri?.whole) words.push("whole");
  if (uri?.pathOnly) words.push("path-only");
  return words.join(" ");
}

/** What HAProxy hashes that is nearest to a key with nginx's variables. */
function hashOfKey(key = "$remote_addr"): string {
  const variable = /^\$(\w+|\{\w+\})$/.exec(key)?.[1]?.replaceAll(/[{}]/g, "") ?? "";
  const header = /^http_(\w+)$/.exec(variable)?.[1];
  const parameter = /^arg_(\w+)$/.exec(variable)?.[1];
  if (header !== undefined) return `hdr(${header.replaceAll("_", "-")})`;
  if (parameter !== undefined) return `url_param ${parameter}`;
  if (key.includes("$request_uri")) return "uri whole";
  if (/\$\{?(uri|document_uri)\b/.test(key)) return "uri";
  return "source";
}
