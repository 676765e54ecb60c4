import { window } from "vscode";
import { isExternal } from "../cluster/summary.ts";
import { chooseAlgorithm } from "./balancer-choice.ts";
import { pickInstance, pickService } from "./pick.ts";
import type { Command } from "./workbench.ts";

export const scaleService: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Scale Service");
  if (!service) return;
  const typed = await window.showInputBox({
    title: `Scale ${service.name}`,
    prompt: "Number of instances, 0 to 100",
    value: String(service.scale),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\d{1,3}$/.test(text.trim()) && Number(text) <= 100 ? undefined : "Enter 0 to 100.",
  });
  if (typed === undefined) return;
  await workbench.cluster.request("scale", { service: service.name, instances: Number(typed) });
};

export const chooseBalancer: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Choose Balancer");
  if (!service) return;
  const algorithm = await chooseAlgorithm(service.algorithm, service.name);
  if (algorithm === undefined) return;
  await workbench.cluster.request("chooseBalancer", { service: service.name, algorithm });
};

export const restartInstance: Command = async (workbench, argument) => {
  const title = "Restart Instance";
  const instance = await pickInstance(workbench, argument, title, (state) => !isExternal(state));
  if (!instance) return;
  if (isExternal(instance)) {
    throw new Error(
      `${instance.id} is a program of yours that Fuseboard did not start. Restart it where you started it.`,
    );
  }
  await workbench.cluster.request("restartInstance", { instance: instance.id });
};
