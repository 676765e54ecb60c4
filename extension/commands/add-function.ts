import { join } from "node:path";
import { Range, window, workspace } from "vscode";
import { withNewService } from "../../simulator/protocol/cluster-file-services.ts";
import { starterService } from "../../simulator/protocol/starter.ts";
import { CLUSTER_FILE_NAME, SETTINGS, SETTINGS_PREFIX } from "../contributions.ts";
import { functionRef, serviceNameFor } from "../functions/function-ref.ts";
import {
  isFunctionTarget,
  runningServiceOf,
  type FunctionTarget,
} from "../functions/function-target.ts";
import { pickOne } from "./pick.ts";
import type { Command, Workbench } from "./workbench.ts";
import { lineOfService, writeClusterFile } from "./write-cluster-file.ts";

/** Writes a function into the cluster file, which comes into being when there is none. */
export const addFunction: Command = async (workbench, argument) => {
  const { files, starter, cluster } = workbench;
  await files.load();
  const target = isFunctionTarget(argument) ? argument : await pickUnlisted(workbench);
  if (!target) return;
  const listed = files.serviceOf(target.file, target.export);
  if (listed) {
    throw new Error(
      `${target.export} is in ${listed.clusterFile.file} already: ${listed.service}.`,
    );
  }
  const { file, root, spec } = starter.planAround(target.file);
  const running = runningServiceOf(cluster.snapshot, target);
  const taken = Object.keys(spec.services);
  const service =
    running !== undefined && !taken.includes(running)
      ? running
      : serviceNameFor(target.file, target.export, taken);
  const instances = workspace
    .getConfiguration(SETTINGS_PREFIX)
    .get<number>(SETTINGS.defaultInstances, 3);
  const written = starterService(functionRef(root, target.file, target.export), instances);
  const path = file ?? join(root, CLUSTER_FILE_NAME);
  const document = await writeClusterFile(path, file !== undefined, (text) =>
    withNewService(text, service, written),
  );
  await files.refresh(path);
  const line = lineOfService(document, service);
  const selection = new Range(line, 0, line, 0);
  await window.showTextDocument(document, { selection, preview: false });
};

/** A function of the workspace that no cluster file names; those of the open file come first. */
async function pickUnlisted({ files, functions }: Workbench): Promise<FunctionTarget | undefined> {
  const all = (await functions.inWorkspace()).filter(
    ({ file, found }) => !files.serviceOf(file, found.export),
  );
  if (all.length === 0) {
    throw new Error(
      "No function to add was found: exported TypeScript or JavaScript functions of the form (event, context) => … count.",
    );
  }
  const open = window.activeTextEditor?.document.uri.fsPath;
  const items = all
    .map(({ file, found }) => ({
      label: `$(symbol-function) ${found.export}`,
      description: workspace.asRelativePath(file),
      target: { file, export: found.export },
    }))
    .sort((a, b) => Number(b.target.file === open) - Number(a.target.file === open));
  return (await pickOne(items, "Add Function to Cluster", "Function"))?.target;
}
