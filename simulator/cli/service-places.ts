import { isMap, isScalar, LineCounter, parseDocument } from "yaml";

/** Where a service begins in a cluster file, 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The places of the services of a cluster file that is in order. */
export function servicePlaces(text: string): ReadonlyMap<string, Place> {
  const lines = new LineCounter();
  const services = parseDocument(text, { lineCounter: lines }).get("services");
  const places = new Map<string, Place>();
  if (!isMap(services)) return places;
  for (const { key } of services.items) {
    if (!isScalar(key) || !key.range) continue;
    const { line, col } = lines.linePos(key.range[0]);
    places.set(String(key.value), { line, column: col });
  }
  return places;
}
