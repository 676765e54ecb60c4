import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { hashLookup } from "./hash-lookup.ts";
import { uriKey } from "./hash-keys.ts";

export const haproxyUri: BalancerKind = {
  id: "haproxy-uri",
  explanation:
    "HAProxy's uri. The part of the URI before the question mark, or as much of it as len, depth, whole and path-only say, decides: the same URI always gets the same server. Good in front of caches, where each object should be kept once. With a map nearly all URIs move when a server comes or goes; with hash-type consistent only that server's do.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, hashLookup(uriKey(spec))),
};
