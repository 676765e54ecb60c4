import { window } from "vscode";
import type { InstanceState, ServerAdmin } from "../../simulator/protocol/model.ts";
import { pickInstance } from "./pick.ts";
import type { Command } from "./workbench.ts";

/** The largest weight of nginx; HAProxy's is 256. */
const HEAVIEST = 65_535;

export const setWeight: Command = async (workbench, argument) => {
  const instance = await pickInstance(workbench, argument, "Set Weight");
  if (!instance) return;
  const service = workbench.cluster.snapshot?.services[instance.service];
  const most = service?.algorithm.startsWith("haproxy-") ? 256 : HEAVIEST;
  const prompt = `Weight in the balancer, 0 to ${String(most)}`;
  const typed = await window.showInputBox({
    ...{ title: `Set Weight: ${instance.id}`, prompt, value: String(instance.weight) },
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\s*\d+\s*$/.test(text) && Number(text) <= most ? undefined : `${prompt}.`,
  });
  if (typed === undefined) return;
  await workbench.cluster.request("setServer", { instance: instance.id, weight: Number(typed) });
};

function adminCommand(admin: ServerAdmin, title: string): Command {
  const fits = (instance: InstanceState) => (instance.admin ?? "ready") !== admin;
  return async (workbench, argument) => {
    const instance = await pickInstance(workbench, argument, title, fits);
    if (instance) await workbench.cluster.request("setServer", { instance: instance.id, admin });
  };
}

/** It ends what it has, and gets nothing new but what is bound to it. */
export const drainServer = adminCommand("drain", "Drain");
/** It gets nothing at all. */
export const takeDownServer = adminCommand("down", "Take Down");
export const makeReady = adminCommand("ready", "Make Ready");
