import type { BalancerKind } from "../contract.ts";
import { HaproxyBackend } from "./haproxy-backend.ts";
import { MapLookup } from "./map-lookup.ts";

export const haproxyStaticRr: BalancerKind = {
  id: "haproxy-static-rr",
  explanation:
    "HAProxy's static-rr. A map with as many slots as the weights sum up to is made once and walked round and round. It costs next to nothing, but a change of a weight or of a server's state makes a new map, and there is no slow start.",
  create: (spec, deps) => new HaproxyBackend(spec, deps, (deps) => new MapLookup(deps)),
};
