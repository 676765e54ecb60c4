import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { hashLookup } from "./hash-lookup.ts";
import { parameterKey } from "./hash-keys.ts";

export const haproxyUrlParam: BalancerKind = {
  id: "haproxy-url-param",
  explanation:
    "HAProxy's url_param. The value of a parameter in the query decides, such as a user's id: the same value always gets the same server. Calls without the parameter go round. With a map nearly all values move when a server comes or goes; with hash-type consistent only that server's do.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, hashLookup(parameterKey(spec))),
};
