import { window } from "vscode";
import type { JsonValue } from "../../simulator/protocol/spec.ts";
import { loadText, parseLoad, type LoadKind } from "./load-input.ts";
import { pickOne, pickService, runningSnapshot, targetOf } from "./pick.ts";
import { choosePayload, serviceSubject } from "./subject.ts";
import type { Command } from "./workbench.ts";

const KINDS: readonly {
  label: string;
  detail: string;
  load: LoadKind;
  prompt: string;
  value: string;
}[] = [
  {
    label: "Constant rate",
    detail: "Open loop: calls start evenly, whatever the answers do",
    load: "constant",
    prompt: "Calls per second, up to 20000",
    value: "20",
  },
  {
    label: "Poisson arrivals",
    detail: "Open loop: calls start at random, as users do",
    load: "poisson",
    prompt: "Calls per second on average, up to 20000",
    value: "20",
  },
  {
    label: "Callers",
    detail: "Closed loop: each caller waits for its answer before it calls again",
    load: "closed",
    prompt: "Number of callers, up to 1000",
    value: "10",
  },
];

export const startLoad: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Start Load");
  if (!service) return;
  const title = `Start Load: ${service.name}`;
  const chosen = await pickOne(KINDS, title, "Kind of load");
  if (!chosen) return;
  const { load, prompt, value } = chosen;
  const typed = await window.showInputBox({
    title,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (text) => (parseLoad(load, text) ? undefined : prompt),
  });
  const shape = typed === undefined ? undefined : parseLoad(load, typed);
  if (!shape) return;
  const payload = await choosePayload(workbench, serviceSubject(service), title);
  if (payload === undefined) return;
  await workbench.cluster.request("setLoad", {
    service: service.name,
    shape,
    payload: JSON.parse(payload) as JsonValue,
  });
};

export const stopLoad: Command = async (workbench, argument) => {
  const { loads } = runningSnapshot(workbench);
  const target = targetOf(workbench, argument);
  const running = Object.values(loads);
  if (target && "service" in target) {
    await workbench.cluster.request("stopLoad", { service: target.service });
  } else if (running.length < 2) {
    await workbench.cluster.request("stopLoad", {});
  } else {
    const items = [
      { label: "All", description: "", service: undefined },
      ...running.map(({ service, shape }) => ({
        label: service,
        description: loadText(shape),
        service,
      })),
    ];
    const chosen = await pickOne(items, "Stop Load", "Service under load");
    if (chosen) await workbench.cluster.request("stopLoad", { service: chosen.service });
  }
};
