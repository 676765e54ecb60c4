import { fallbackFunctionOf } from "./fallback-function.ts";
import type { ClusterSpec } from "./spec.ts";

/** A reference of one service to another that cannot be, and where it stands in the file. */
export interface WrongReference {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Services that are named but not defined, and fallbacks that come round to where they began. */
export function wrongReferences(spec: ClusterSpec): WrongReference[] {
  const wrong: WrongReference[] = [];
  const isKnown = (name: string, path: PropertyKey[]) => {
    if (Object.hasOwn(spec.services, name)) return true;
    const known = Object.keys(spec.services).join(", ");
    wrong.push({ path, message: `There is no service "${name}". Known services: ${known}.` });
    return false;
  };
  for (const [name, service] of Object.entries(spec.services)) {
    service.calls.forEach((called, i) => isKnown(called, ["services", name, "calls", i]));
    if (service.fallback && "function" in service.fallback) {
      const companion = fallbackFunctionOf(name);
      if (Object.hasOwn(spec.services, companion)) {
        const message = `"${name}" needs the name "${companion}" for its fallback function: rename the service of that name.`;
        wrong.push({ path: ["services", name, "fallback", "function"], message });
      }
    }
    const fallback = fallbackOf(spec, name);
    const path = ["services", name, "fallback", "service"];
    if (fallback === undefined || !isKnown(fallback, path)) continue;
    const circle = fallbackCircle(spec, name);
    if (!circle) continue;
    const message = `The fallbacks go round in a circle: ${circle.join(" → ")}.`;
    wrong.push({ path, message });
  }
  return wrong;
}

function fallbackOf({ services }: ClusterSpec, name: string): string | undefined {
  const fallback = Object.hasOwn(services, name) ? services[name]?.fallback : undefined;
  return fallback && "service" in fallback ? fallback.service : undefined;
}

/** The services on the way from `name` by fallbacks back to itself; undefined without one. */
function fallbackCircle(spec: ClusterSpec, name: string): string[] | undefined {
  const way = [name];
  for (let next = fallbackOf(spec, name); next !== undefined; next = fallbackOf(spec, next)) {
    const seen = way.includes(next);
    way.push(next);
    if (seen) return next === name ? way : undefined;
  }
  return undefined;
}
