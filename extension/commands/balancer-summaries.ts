import type { BalancerId } from "../../simulator/protocol/spec.ts";

/** What each algorithm does, in a line of a pick. The inspector says it at length. */
export const BALANCER_SUMMARIES: Readonly<Record<BalancerId, string>> = {
  "round-robin": "Takes turns, smoothly by weight; a server that fails loses weight for a while",
  "least-connections": "Fewest calls in flight for its weight; equals take turns",
  "ip-hash": "One server for each caller: the first three bytes of an IPv4 address decide",
  hash: "One server for each key, by CRC-32; most keys move when servers change",
  "consistent-hash": "One server for each key, on a ketama ring; few keys move when servers change",
  random: "By chance, by weight",
  "power-of-two": "Draws two by weight and takes the one with fewer calls in flight",
  "haproxy-roundrobin": "Takes turns, smoothly by weight; weights may change while it runs",
  "haproxy-static-rr": "Takes turns in an order that is laid down once for the weights",
  "haproxy-leastconn": "Fewest calls in flight for its weight; equals take turns",
  "haproxy-first": "The first server that has a connection free",
  "haproxy-source": "One server for each caller, by a hash of its address",
  "haproxy-uri": "One server for each path, by a hash of it",
  "haproxy-url-param": "One server for each value of a parameter of the query",
  "haproxy-hdr": "One server for each value of a header",
  "haproxy-random": "Draws some by weight and takes the least loaded",
  "least-request": "Draws two and takes the one with fewer requests; by weight when these differ",
  "peak-ewma": "Draws two and takes the lower product of recent peak latency and calls in flight",
  "ring-hash": "One server for each key, on a ring of at least 1,024 points",
  maglev: "One server for each key, in a table that shares slots evenly; few keys move",
};
