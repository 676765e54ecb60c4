import type { BalancerId } from "./balancer-spec.ts";

/** What people see of the algorithms: whose they are, and what they are called there. */
export const BALANCER_TITLES: Readonly<Record<BalancerId, string>> = {
  "round-robin": "nginx: round robin",
  "least-connections": "nginx: least_conn",
  "ip-hash": "nginx: ip_hash",
  hash: "nginx: hash",
  "consistent-hash": "nginx: hash consistent",
  random: "nginx: random",
  "power-of-two": "nginx: random two least_conn",
  "haproxy-roundrobin": "HAProxy: roundrobin",
  "haproxy-static-rr": "HAProxy: static-rr",
  "haproxy-leastconn": "HAProxy: leastconn",
  "haproxy-first": "HAProxy: first",
  "haproxy-source": "HAProxy: source",
  "haproxy-uri": "HAProxy: uri",
  "haproxy-url-param": "HAProxy: url_param",
  "haproxy-hdr": "HAProxy: hdr",
  "haproxy-random": "HAProxy: random",
  "least-request": "Envoy: least request",
  "peak-ewma": "Finagle: peak EWMA",
  "ring-hash": "Envoy: ring hash",
  maglev: "Envoy: Maglev",
};
