import { window, type QuickPickItem } from "vscode";
import type {
  FaultTarget,
  InstanceState,
  ServiceState,
  Snapshot,
} from "../../simulator/protocol/model.ts";
import { instancesOf, isUp, summarizeService } from "../cluster/summary.ts";
import { serviceStateText } from "../codelens/lens-text.ts";
import { isFunctionTarget, runningServiceOf } from "../functions/function-target.ts";
import type { Workbench } from "./workbench.ts";

/** A service or an instance, as rows of the tree and lenses name them. */
export type Target = { readonly service: string } | { readonly instance: string };

/** What a command was asked for; undefined from the palette. */
export function targetOf(workbench: Workbench, argument: unknown): Target | undefined {
  if (isFunctionTarget(argument)) {
    const service = runningServiceOf(workbench.cluster.snapshot, argument);
    return service === undefined ? undefined : { service };
  }
  if (typeof argument !== "object" || argument === null) return undefined;
  const target: unknown = "target" in argument ? argument.target : argument;
  if (typeof target !== "object" || target === null) return undefined;
  if ("service" in target && typeof target.service === "string") return { service: target.service };
  if ("instance" in target && typeof target.instance === "string") {
    return { instance: target.instance };
  }
  return undefined;
}

/** The snapshot of the running cluster; throws a sentence when none runs. */
export function runningSnapshot({ cluster }: Workbench): Snapshot {
  const { snapshot, phase } = cluster;
  if (!snapshot || phase !== "running") throw new Error("No cluster is running. Start it first.");
  return snapshot;
}

/** The service that was asked for, or the one that the user picks. */
export async function pickService(
  workbench: Workbench,
  argument: unknown,
  title: string,
  fits: (service: ServiceState) => boolean = () => true,
): Promise<ServiceState | undefined> {
  const snapshot = runningSnapshot(workbench);
  const target = targetOf(workbench, argument);
  const asked = target && ("service" in target ? target.service : serviceOf(snapshot, target));
  if (asked !== undefined) return snapshot.services[asked];
  const services = Object.values(snapshot.services).filter(fits);
  if (services.length === 0) throw new Error(`${title}: no service of this cluster can take it.`);
  const items = services.map((state) => {
    const summary = summarizeService(snapshot, state.name);
    return { label: state.name, description: summary ? serviceStateText(summary) : "", state };
  });
  return (await pickOne(items, title, "Service"))?.state;
}

/** The instance that was asked for, or the one that the user picks. */
export async function pickInstance(
  workbench: Workbench,
  argument: unknown,
  title: string,
  fits: (instance: InstanceState) => boolean = () => true,
): Promise<InstanceState | undefined> {
  const snapshot = runningSnapshot(workbench);
  const target = targetOf(workbench, argument);
  if (target && "instance" in target) return snapshot.instances[target.instance];
  const services = target ? [target.service] : Object.keys(snapshot.services).sort();
  const instances = services.flatMap((name) => instancesOf(snapshot, name)).filter(fits);
  if (instances.length === 0) throw new Error(`${title}: no instance of this cluster can take it.`);
  const items = instances.map((state) => ({ ...instanceItem(state, snapshot), state }));
  return (await pickOne(items, title, "Instance"))?.state;
}

/** A service, one of its instances, or what it calls of another: asked for or picked. */
export async function pickFaultTarget(
  workbench: Workbench,
  argument: unknown,
  title: string,
): Promise<FaultTarget | undefined> {
  const snapshot = runningSnapshot(workbench);
  const asked = targetOf(workbench, argument);
  if (asked) return asked;
  const services = Object.keys(snapshot.services).sort();
  const items = services.flatMap((service) => [
    { label: service, description: "all its instances", target: { service } as FaultTarget },
    ...instancesOf(snapshot, service).map((state) => ({
      ...instanceItem(state, snapshot),
      target: { instance: state.id },
    })),
    ...edgesFrom(snapshot, service).map((to) => ({
      label: `      ${service} → ${to}`,
      description: "what one calls of the other",
      target: { from: service, to },
    })),
  ]);
  return (await pickOne(items, title, "Service, instance, or what one calls of another"))?.target;
}

/** Services that a service calls, by its definition or as was seen. */
function edgesFrom(snapshot: Snapshot, service: string): string[] {
  const seen = Object.values(snapshot.counters.edges)
    .filter(({ from, fromKind }) => fromKind === "service" && from === service)
    .map(({ to }) => to);
  const defined = snapshot.services[service]?.spec.calls ?? [];
  return [...new Set([...defined, ...seen])].sort();
}

/** One of the items; undefined when the user turned away. */
export async function pickOne<T extends QuickPickItem>(
  items: readonly T[],
  title: string,
  placeHolder: string,
): Promise<T | undefined> {
  return window.showQuickPick(items, {
    title,
    placeHolder,
    matchOnDescription: true,
    // One question follows another: a webview that takes the focus back between them, a moment
    // late, would close the second one.
    ignoreFocusOut: true,
  });
}

function instanceItem(state: InstanceState, snapshot: Snapshot): QuickPickItem {
  const health = isUp(state, snapshot) ? "healthy" : state.phase;
  const admin = state.admin === undefined || state.admin === "ready" ? "" : ` · ${state.admin}`;
  return { label: `      ${state.id}`, description: health + admin };
}

function serviceOf(snapshot: Snapshot, target: { instance: string }): string | undefined {
  return snapshot.instances[target.instance]?.service;
}
