import type { ClusterSpec, ServiceSpec } from "./spec.ts";

/** What a saved cluster file asks of the running cluster. */
export interface ClusterChanges {
  /** Services that are new or different. */
  readonly define: Readonly<Record<string, ServiceSpec>>;
  readonly remove: readonly string[];
  /** Settings changed that are read once, at the start: registry or gateway. */
  readonly needsRestart: boolean;
}

/** Compares what runs with what is written. */
export function changesBetween(running: ClusterSpec, written: ClusterSpec): ClusterChanges {
  const define = Object.fromEntries(
    Object.entries(written.services).filter(
      ([name, service]) => !same(running.services[name], service),
    ),
  );
  const remove = Object.keys(running.services).filter((name) => !(name in written.services));
  const needsRestart =
    !same(running.registry, written.registry) || !same(running.gateway, written.gateway);
  return { define, remove, needsRestart };
}

/** Equal as JSON, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]),
  );
}
