import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { hashLookup } from "./hash-lookup.ts";
import { headerKey } from "./hash-keys.ts";

export const haproxyHdr: BalancerKind = {
  id: "haproxy-hdr",
  explanation:
    "HAProxy's hdr. The value of a request header decides, such as a tenant's name: the same value always gets the same server. Calls without the header go round. With a map nearly all values move when a server comes or goes; with hash-type consistent only that server's do.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, hashLookup(headerKey(spec))),
};
