import { window } from "vscode";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { chooseClusterFile } from "./cluster-commands.ts";
import { targetOf } from "./pick.ts";
import type { Workbench } from "./workbench.ts";

/**
 * The services that a command was asked for, or those that the user picks: of the running cluster
 * as they are now, else of the cluster file.
 * @returns undefined when the user turned away
 * @throws Error when none fits
 */
export async function chooseServices(
  workbench: Workbench,
  argument: unknown,
  title: string,
  fits: (service: ServiceSpec) => boolean = () => true,
): Promise<Record<string, ServiceSpec> | undefined> {
  const all = await servicesOf(workbench, title);
  if (!all) return undefined;
  const target = targetOf(workbench, argument);
  const asked =
    target &&
    ("service" in target
      ? target.service
      : workbench.cluster.snapshot?.instances[target.instance]?.service);
  const fitting = Object.keys(all).filter((name) => all[name] && fits(all[name]));
  const names = asked === undefined ? await chooseNames(fitting, title) : [asked];
  return (
    names &&
    Object.fromEntries(
      names.flatMap((name) => {
        const spec = all[name];
        return spec ? [[name, spec]] : [];
      }),
    )
  );
}

async function servicesOf(
  workbench: Workbench,
  title: string,
): Promise<Record<string, ServiceSpec> | undefined> {
  const { cluster, starter } = workbench;
  const { snapshot } = cluster;
  if (cluster.phase === "running" && snapshot) {
    return Object.fromEntries(
      Object.values(snapshot.services).map(({ name, spec, algorithm }) => [
        name,
        { ...spec, balancer: { ...spec.balancer, algorithm } },
      ]),
    );
  }
  const file = await chooseClusterFile(workbench, title);
  return file && starter.planOf(file).spec.services;
}

async function chooseNames(
  names: readonly string[],
  title: string,
): Promise<readonly string[] | undefined> {
  if (names.length === 0) throw new Error(`${title}: there is no service for it yet.`);
  if (names.length === 1) return names;
  const items = [...names].sort().map((label) => ({ label, picked: true }));
  const chosen = await window.showQuickPick(items, {
    ...{ title, placeHolder: "Services", canPickMany: true },
    ignoreFocusOut: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ label }) => label) : undefined;
}
