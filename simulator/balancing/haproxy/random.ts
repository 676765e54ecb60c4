import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { RandomLookup } from "./random-lookup.ts";

export const haproxyRandom: BalancerKind = {
  id: "haproxy-random",
  explanation:
    "HAProxy's random, its default since version 3.3. A number of servers, two unless said otherwise, are drawn by chance, the heavier the likelier, and the one with the fewest calls in flight for its weight gets the call. Many balancers that know nothing of each other do not all run to the same idle server. A call whose drawn server is full waits for any server.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, (own) => new RandomLookup(own)),
};
