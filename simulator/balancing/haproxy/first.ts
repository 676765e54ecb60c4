import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { FirstLookup } from "./first-lookup.ts";

export const haproxyFirst: BalancerKind = {
  id: "haproxy-first",
  explanation:
    "HAProxy's first. The server with the lowest id gets all calls until it has no connection free, then the next one, and so on; weights do not matter. It makes sense with a limit of connections for each server: the last servers stay idle and could be switched off.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, (deps) => new FirstLookup(deps)),
};
