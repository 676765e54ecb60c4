import { Uri, workspace } from "vscode";
import type { ServiceState } from "../../simulator/protocol/model.ts";
import { functionRef, resolveFunctionRef } from "../functions/function-ref.ts";
import { isFunctionTarget, type FunctionTarget } from "../functions/function-target.ts";
import { chooseClusterFile } from "./cluster-commands.ts";
import { pickOne, pickService, targetOf } from "./pick.ts";
import type { Workbench } from "./workbench.ts";

/** What is invoked: a function, or a service without one. */
export interface Subject {
  readonly name: string;
  /** The function; undefined for a service without code. */
  readonly function: FunctionTarget | undefined;
  /** Makes sure that it runs; the service's name, undefined when it does not. */
  run(): Promise<string | undefined>;
}

/** What a command was asked to invoke, or what the user picks, whether or not a cluster runs. */
export async function pickSubject(
  workbench: Workbench,
  argument: unknown,
  title: string,
): Promise<Subject | undefined> {
  const { starter, cluster } = workbench;
  if (isFunctionTarget(argument)) return functionSubject(workbench, argument);
  if (cluster.phase === "running" || targetOf(workbench, argument)) {
    const service = await pickService(workbench, argument, title);
    return service && serviceSubject(service);
  }
  const file = await chooseClusterFile(workbench, title);
  if (!file) return undefined;
  const plan = starter.planOf(file);
  const items = Object.entries(plan.spec.services).map(([name, spec]) => ({
    label: name,
    description: spec.function ?? "synthetic",
    ref: spec.function,
  }));
  const chosen = await pickOne(items, title, "Service");
  if (!chosen) return undefined;
  return {
    name: chosen.label,
    function: chosen.ref === undefined ? undefined : resolveFunctionRef(file.root, chosen.ref),
    run: async () => ((await starter.start(plan)) ? chosen.label : undefined),
  };
}

export function serviceSubject(service: ServiceState): Subject {
  const { name, file, export: exported } = service;
  return {
    name,
    function: file === undefined || exported === undefined ? undefined : { file, export: exported },
    run: () => Promise.resolve(name),
  };
}

function functionSubject({ files, starter }: Workbench, target: FunctionTarget): Subject {
  const name = files.serviceOf(target.file, target.export)?.service ?? target.export;
  return { name, function: target, run: () => starter.run(target) };
}

/** Asks for a payload; those that were sent to the same function before are offered. */
export async function choosePayload(
  workbench: Workbench,
  subject: Subject,
  title: string,
): Promise<string | undefined> {
  return workbench.payloads.choose(keyOf(subject), title, await exampleOf(workbench, subject));
}

/** The payload that was sent last, else the function's example; undefined without one. */
export async function lastPayload(
  workbench: Workbench,
  subject: Subject,
): Promise<string | undefined> {
  return workbench.payloads.last(keyOf(subject)) ?? (await exampleOf(workbench, subject));
}

/** Under what the payloads of a subject are remembered. */
function keyOf(subject: Subject): string {
  const target = subject.function;
  if (!target) return `service:${subject.name}`;
  const folder = workspace.getWorkspaceFolder(Uri.file(target.file))?.uri.fsPath ?? "";
  return functionRef(folder, target.file, target.export);
}

async function exampleOf({ functions }: Workbench, subject: Subject): Promise<string | undefined> {
  const target = subject.function;
  if (!target) return undefined;
  const found = await functions.inFile(target.file);
  return found.find((each) => each.export === target.export)?.example;
}
