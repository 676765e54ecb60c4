import { FuseboardError } from "../kernel/errors.ts";
import { faultTargetText } from "../protocol/fault-target.ts";
import { EDGE_FAULTS, FAULT_TITLES } from "../protocol/fault-titles.ts";
import type { FaultConditions, FaultTarget } from "../protocol/model.ts";
import type { FaultKind, FaultSubject } from "./contract.ts";

/** What there is to work on; given by the cluster. */
export interface FaultTargets {
  /** Names of all services. */
  services(): readonly string[];
  /** The instances that a target means now; none for an edge. */
  subjects(target: FaultTarget): readonly FaultSubject[];
}

/** Throws a FuseboardError when a fault cannot work on this target, saying what can be done. */
export function checkTarget(
  kind: FaultKind,
  target: FaultTarget,
  conditions: FaultConditions | undefined,
  targets: FaultTargets,
  platform: NodeJS.Platform,
): void {
  const { label } = FAULT_TITLES[kind.id];
  if (!kind.available(platform)) {
    const message = `"${label}" is not available on ${platform}.`;
    throw new FuseboardError("fault-unavailable", message);
  }
  const isConditional =
    conditions !== undefined && (conditions.match !== undefined || conditions.probability < 1);
  if (kind.reach === "process" && isConditional) {
    const message = `"${label}" works on a process, not on single attempts: leave match and probability out.`;
    throw new FuseboardError("no-conditions", message);
  }
  if ("from" in target) checkEdge(kind, target, targets);
  else checkSubjects(kind, target, targets);
}

/** The instances that a fault on processes works on: ours, of what the target means now. */
export function processesOf(target: FaultTarget, targets: FaultTargets): FaultSubject[] {
  return targets.subjects(target).filter(({ external }) => external !== true);
}

function checkEdge(
  kind: FaultKind,
  { from, to }: { readonly from: string; readonly to: string },
  targets: FaultTargets,
): void {
  const known = targets.services();
  for (const name of [from, to]) {
    if (known.includes(name)) continue;
    const list = known.length === 0 ? "There are none." : `There are: ${known.join(", ")}.`;
    throw new FuseboardError("unknown-target", `There is no service "${name}". ${list}`);
  }
  if (!EDGE_FAULTS.includes(kind.id)) {
    const message = `"${FAULT_TITLES[kind.id].label}" works on processes, and between ${from} and ${to} there are none. Inject it into one of the two, or into an instance.`;
    throw new FuseboardError("not-on-edges", message);
  }
}

function checkSubjects(kind: FaultKind, target: FaultTarget, targets: FaultTargets): void {
  const { label } = FAULT_TITLES[kind.id];
  const name = faultTargetText(target);
  if (isBetweenServices(kind)) {
    const message = `"${label}" works between two services: name the one that calls and the one that is called. To cut ${name} off from everybody, inject "${FAULT_TITLES["no-answer"].label}".`;
    throw new FuseboardError("only-on-edges", message);
  }
  const all = targets.subjects(target);
  if (all.length === 0) {
    throw new FuseboardError("unknown-target", `There is no instance of "${name}" to work on.`);
  }
  if (kind.reach === "process" && processesOf(target, targets).length === 0) {
    const message = `"${label}" works on a process of Fuseboard's, and "${name}" is a program of yours that it did not start. A fault on the wire can be injected, such as "${FAULT_TITLES["refuse-connections"].label}".`;
    throw new FuseboardError("not-ours", message);
  }
}

function isBetweenServices(kind: FaultKind): boolean {
  return kind.reach === "wire" && kind.betweenServices === true;
}
