import { window, type QuickPickItem } from "vscode";
import {
  type FaultSpec,
  type InstanceState,
  PROCESS_FAULTS,
  type Snapshot,
} from "../../simulator/protocol/model.ts";
import { instancesOf, isExternal } from "../cluster/summary.ts";
import { parseErrorRate, parseFaultDuration, parseLatency } from "./fault-input.ts";
import {
  pickInstance,
  pickOne,
  pickTarget,
  runningSnapshot,
  targetOf,
  type Target,
} from "./pick.ts";
import type { Command } from "./workbench.ts";

type FaultKind = FaultSpec["kind"];

const KINDS: Record<FaultKind, QuickPickItem> = {
  kill: { label: "$(circle-slash) Kill", detail: "SIGKILL; its lease runs out by itself" },
  freeze: { label: "$(debug-pause) Freeze", detail: "SIGSTOP until it is taken back" },
  restart: { label: "$(debug-restart) Restart", detail: "A graceful stop, then a start" },
  latency: { label: "$(watch) Added latency", detail: "Every answer comes later" },
  "error-rate": { label: "$(warning) Error rate", detail: "A share of the calls fails" },
  "refuse-connections": { label: "$(debug-disconnect) Refuse connections" },
};

export const injectFault: Command = async (workbench, argument) => {
  const target = await pickTarget(workbench, argument, "Inject Fault");
  if (!target) return;
  const name = nameOf(target);
  const snapshot = runningSnapshot(workbench);
  const touched = instancesIn(snapshot, target);
  const notOurs = touched.length > 0 && touched.every(isExternal);
  const items = (Object.keys(KINDS) as FaultKind[])
    .filter((kind) => snapshot.faultKinds.includes(kind))
    .filter((kind) => !(notOurs && PROCESS_FAULTS.includes(kind)))
    .map((kind) => ({ ...KINDS[kind], fault: kind }));
  const hint = notOurs ? "Fault on the wire; a program of yours is not killed or frozen" : "Fault";
  const chosen = await pickOne(items, `Inject Fault: ${name}`, hint);
  const fault = chosen && (await askOptions(chosen.fault, name));
  if (!fault) return;
  const durationMs = fault.kind === "restart" ? "forever" : await askDuration(name);
  if (durationMs === undefined) return;
  await workbench.cluster.request("injectFault", {
    target,
    fault,
    ...(durationMs !== "forever" && { durationMs }),
  });
};

/** Takes back the faults of what was asked for, or all. */
export const clearFaults: Command = async (workbench, argument) => {
  const snapshot = runningSnapshot(workbench);
  const target = targetOf(workbench, argument);
  if (!target) {
    await workbench.cluster.request("clearFaults", {});
    return;
  }
  for (const { id } of Object.values(snapshot.faults).filter((fault) =>
    touches(snapshot, fault.target, target),
  )) {
    await workbench.cluster.request("clearFaults", { id });
  }
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

async function askOptions(kind: FaultKind, name: string): Promise<FaultSpec | undefined> {
  if (kind === "latency") {
    const options = await ask(
      `Added latency: ${name}`,
      "How much later, such as 200ms or 200ms ± 50ms",
      "200ms",
      parseLatency,
    );
    return options && { kind, ...options };
  }
  if (kind === "error-rate") {
    const options = await ask(
      `Error rate: ${name}`,
      "Share of the calls, and the status that they get, such as 50% or 50% 429",
      "50%",
      parseErrorRate,
    );
    return options && { kind, ...options };
  }
  return { kind };
}

async function askDuration(name: string): Promise<number | "forever" | undefined> {
  return ask(
    `For how long: ${name}`,
    "It is taken back by itself after this time, such as 10s or 1m; leave it empty to keep it",
    "",
    parseFaultDuration,
  );
}

/** Asks for a text until it can be read; undefined when the user turned away. */
async function ask<T>(
  title: string,
  prompt: string,
  value: string,
  read: (text: string) => T | undefined,
): Promise<T | undefined> {
  const validateInput = (text: string) => (read(text) === undefined ? prompt : undefined);
  const typed = await window.showInputBox({
    ...{ title, prompt, value, validateInput },
    ignoreFocusOut: true,
  });
  return typed === undefined ? undefined : read(typed);
}

function instancesIn(snapshot: Snapshot, target: Target): readonly InstanceState[] {
  if ("service" in target) return instancesOf(snapshot, target.service);
  const instance = snapshot.instances[target.instance];
  return instance ? [instance] : [];
}

const nameOf = (target: Target) => ("service" in target ? target.service : target.instance);

/** Whether a fault is on the asked service, one of its instances, or the asked instance. */
function touches(snapshot: Snapshot, fault: Target, asked: Target): boolean {
  if ("instance" in asked) return "instance" in fault && fault.instance === asked.instance;
  if ("service" in fault) return fault.service === asked.service;
  return snapshot.instances[fault.instance]?.service === asked.service;
}
