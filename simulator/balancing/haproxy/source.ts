import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { hashLookup } from "./hash-lookup.ts";
import { sourceKey } from "./hash-keys.ts";

export const haproxySource: BalancerKind = {
  id: "haproxy-source",
  explanation:
    "HAProxy's source. The caller's address decides: the same caller gets the same server as long as the servers stay the same. With a map nearly everybody moves when a server comes or goes; with hash-type consistent only that server's callers do. Good for sessions without cookies; useless when all callers come through one address.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, hashLookup(sourceKey(spec))),
};
