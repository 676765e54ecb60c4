import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { TurnLookup } from "./turn-lookup.ts";

export const haproxyRoundrobin: BalancerKind = {
  id: "haproxy-roundrobin",
  explanation:
    "HAProxy's roundrobin. Servers take turns by their weights, spread as evenly as can be: each has a place in a round and moves on by the round's length divided by its weight. Weights may change while it runs, so it knows slow starts. Good when calls cost about the same; its order differs from nginx's for the same weights.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, (deps) => new TurnLookup(deps)),
};
