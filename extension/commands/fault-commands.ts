import { window } from "vscode";
import { faultTargetText, touchesService } from "../../simulator/protocol/fault-target.ts";
import { parseFaultFields } from "../../simulator/protocol/fault-text.ts";
import { EDGE_FAULTS, FAULT_TITLES } from "../../simulator/protocol/fault-titles.ts";
import {
  type FaultKindId,
  type FaultSpec,
  type FaultTarget,
  type InstanceState,
  PROCESS_FAULTS,
  type Snapshot,
} from "../../simulator/protocol/model.ts";
import { instancesOf, isExternal } from "../cluster/summary.ts";
import { FAULT_TIMING_HELP, parseFaultTiming, type FaultTiming } from "./fault-input.ts";
import {
  pickFaultTarget,
  pickInstance,
  pickOne,
  runningSnapshot,
  targetOf,
  type Target,
} from "./pick.ts";
import type { Command } from "./workbench.ts";

/** Faults that are over at once: how long they last is no question. */
const AT_ONCE: readonly FaultKindId[] = ["restart"];

export const injectFault: Command = async (workbench, argument) => {
  const target = await pickFaultTarget(workbench, argument, "Inject Fault");
  if (!target) return;
  const name = faultTargetText(target);
  const kind = await pickKind(runningSnapshot(workbench), target, name);
  const fault = kind && (await askFields(kind, name));
  if (!fault) return;
  const timing = AT_ONCE.includes(fault.kind) ? {} : await askTiming(fault.kind, name);
  if (timing) await workbench.cluster.request("injectFault", { target, fault, ...timing });
};

/** Takes back the faults of what was asked for, or all. */
export const clearFaults: Command = async (workbench, argument) => {
  const snapshot = runningSnapshot(workbench);
  const target = targetOf(workbench, argument);
  if (!target) {
    await workbench.cluster.request("clearFaults", {});
    return;
  }
  const ids = Object.values(snapshot.faults)
    .filter((fault) => touches(snapshot, fault.target, target))
    .map(({ id }) => id);
  await workbench.cluster.request("clearFaults", { ids });
};

export const killInstance: Command = async (workbench, argument) => {
  const instance = await pickInstance(
    workbench,
    argument,
    "Kill Instance",
    (state) => !isExternal(state) && /^(starting|running|draining|frozen)$/.test(state.phase),
  );
  if (!instance) return;
  // One that was named and is external is refused by the simulator, which says why.
  const target = { instance: instance.id };
  await workbench.cluster.request("injectFault", { target, fault: { kind: "kill" } });
};

async function pickKind(
  snapshot: Snapshot,
  target: FaultTarget,
  name: string,
): Promise<FaultKindId | undefined> {
  const isEdge = "from" in target;
  const touched = isEdge ? [] : instancesIn(snapshot, target);
  const notOurs = touched.length > 0 && touched.every(isExternal);
  const items = (Object.keys(FAULT_TITLES) as FaultKindId[])
    .filter((kind) => snapshot.faultKinds.includes(kind))
    .filter((kind) => (isEdge ? EDGE_FAULTS.includes(kind) : kind !== "partition"))
    .filter((kind) => !(notOurs && PROCESS_FAULTS.includes(kind)))
    .map((kind) => {
      const { label, detail } = FAULT_TITLES[kind];
      return { label, detail, fault: kind };
    });
  const hint = notOurs ? "Fault on the wire; a program of yours is not killed or frozen" : "Fault";
  return (await pickOne(items, `Inject Fault: ${name}`, hint))?.fault;
}

/** Asks for each option of a fault until it can be read; undefined when the user turned away. */
async function askFields(kind: FaultKindId, name: string): Promise<FaultSpec | undefined> {
  const { label, fields } = FAULT_TITLES[kind];
  let fault: FaultSpec | undefined;
  const readWith = (values: Record<string, string>) => {
    const read = parseFaultFields(kind, values);
    if ("message" in read) return read.message;
    fault = read.fault;
    return undefined;
  };
  const values: Record<string, string> = {};
  for (const field of fields) {
    const typed = await window.showInputBox({
      title: `${label}: ${name}`,
      prompt: field.label,
      value: field.initial,
      ignoreFocusOut: true,
      validateInput: (text) => readWith({ ...values, [field.name]: text }),
    });
    if (typed === undefined) return undefined;
    values[field.name] = typed;
  }
  const message = readWith(values);
  if (message !== undefined) throw new Error(message);
  return fault;
}

async function askTiming(kind: FaultKindId, name: string): Promise<FaultTiming | undefined> {
  const read = (text: string) => parseFaultTiming(text);
  const typed = await window.showInputBox({
    title: `When, and for how long: ${name}`,
    prompt: FAULT_TIMING_HELP,
    value: "",
    ignoreFocusOut: true,
    validateInput: (text) => {
      const timing = read(text);
      if (typeof timing === "string") return timing;
      return timing.conditions && PROCESS_FAULTS.includes(kind)
        ? "Conditions are for faults on the wire; this one works on the process. Give only a time."
        : undefined;
    },
  });
  const timing = typed === undefined ? undefined : read(typed);
  return typeof timing === "string" ? undefined : timing;
}

function instancesIn(snapshot: Snapshot, target: Target): readonly InstanceState[] {
  if ("service" in target) return instancesOf(snapshot, target.service);
  const instance = snapshot.instances[target.instance];
  return instance ? [instance] : [];
}

/** Whether a fault is on the asked service, one of its instances, or the asked instance. */
function touches(snapshot: Snapshot, fault: FaultTarget, asked: Target): boolean {
  if ("instance" in asked) return "instance" in fault && fault.instance === asked.instance;
  if ("instance" in fault) return snapshot.instances[fault.instance]?.service === asked.service;
  return touchesService(fault, asked.service);
}
