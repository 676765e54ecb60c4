import { type Location, misplaced } from "./location.ts";
import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Scope } from "./scope.ts";

/** Says what nginx has against a location where it stands, or against how it is written. */
export function checkLocation(
  reading: Reading,
  directive: Directive,
  scope: Scope,
  location: Location | string,
): void {
  if (typeof location === "string") {
    reading.refuse(location, directive, scope, 1);
    return;
  }
  const problem = scope.location && misplaced(location, scope.location);
  if (problem !== undefined) reading.refuse(problem, directive, scope, 1);
  const { kind, name } = location;
  if (kind === "expression" || kind === "named") return;
  const matches = `${kind} ${name}`;
  if (scope.locations.has(matches)) {
    const message = `duplicate location "${name}"`;
    reading.report("error", message, placeOf(directive, directive.words.length - 1), "locations");
  }
  scope.locations.add(matches);
}
