import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { ConnectionLookup } from "./connection-lookup.ts";

export const haproxyLeastconn: BalancerKind = {
  id: "haproxy-leastconn",
  explanation:
    "HAProxy's leastconn. The server with the fewest calls in flight for its weight, waiting ones included, gets the call. Idle servers come before all others and take turns; up to version 3.1 equals take strict turns, since then chance decides among them. Good for long calls and for calls that differ in cost.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, (deps) => new ConnectionLookup(deps)),
};
