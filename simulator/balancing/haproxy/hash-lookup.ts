import type { CallKey } from "./call-key.ts";
import type { Lookup, LookupDeps } from "./lookup.ts";
import { MapLookup } from "./map-lookup.ts";
import { RingLookup } from "./ring-lookup.ts";

/** The lookup of an algorithm that hashes a key, by its `hash-type`. */
export function hashLookup(key: CallKey): (deps: LookupDeps) => Lookup {
  return (deps) =>
    deps.spec.hash?.type === "consistent" ? new RingLookup(deps, key) : new MapLookup(deps, key);
}
