import type { BalancerId } from "../protocol/spec.ts";
import type { BalancerKind } from "./contract.ts";
import { leastRequest } from "./envoy/least-request.ts";
import { maglev } from "./envoy/maglev.ts";
import { peakEwma } from "./envoy/peak-ewma.ts";
import { ringHash } from "./envoy/ring-hash.ts";
import { haproxyFirst } from "./haproxy/first.ts";
import { haproxyHdr } from "./haproxy/hdr.ts";
import { haproxyLeastconn } from "./haproxy/leastconn.ts";
import { haproxyRandom } from "./haproxy/random.ts";
import { haproxyRoundrobin } from "./haproxy/roundrobin.ts";
import { haproxySource } from "./haproxy/source.ts";
import { haproxyStaticRr } from "./haproxy/static-rr.ts";
import { haproxyUri } from "./haproxy/uri.ts";
import { haproxyUrlParam } from "./haproxy/url-param.ts";
import { consistentHash } from "./nginx/consistent-hash.ts";
import { hash } from "./nginx/hash.ts";
import { ipHash } from "./nginx/ip-hash.ts";
import { leastConnections } from "./nginx/least-connections.ts";
import { powerOfTwo } from "./nginx/power-of-two.ts";
import { random } from "./nginx/random.ts";
import { roundRobin } from "./nginx/round-robin.ts";

/** Every algorithm that a service can choose. */
export const balancers: readonly BalancerKind[] = [
  roundRobin,
  leastConnections,
  ipHash,
  hash,
  consistentHash,
  random,
  powerOfTwo,
  haproxyRoundrobin,
  haproxyStaticRr,
  haproxyLeastconn,
  haproxyFirst,
  haproxySource,
  haproxyUri,
  haproxyUrlParam,
  haproxyHdr,
  haproxyRandom,
  leastRequest,
  peakEwma,
  ringHash,
  maglev,
];

/** The algorithm of an id. */
export function balancerOf(id: BalancerId): BalancerKind {
  const kind = balancers.find((balancer) => balancer.id === id);
  if (!kind) throw new RangeError(`There is no balancer "${id}".`);
  return kind;
}
