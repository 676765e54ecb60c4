import { commands, Uri, window, workspace } from "vscode";
import type { ClusterFile } from "../cluster-file/cluster-files.ts";
import { CLUSTER_FILE_NAME, COMMANDS } from "../contributions.ts";
import { pickOne } from "./pick.ts";
import type { Command, Workbench } from "./workbench.ts";

/** Starts the cluster of the workspace's cluster file. */
export const startCluster: Command = async (workbench) => {
  const file = await chooseClusterFile(workbench, "Start Cluster");
  if (file) await workbench.starter.start(workbench.starter.planOf(file));
};

export const stopCluster: Command = async ({ cluster, inline }) => {
  await cluster.stop();
  await inline.clear();
};

/** Stops what runs and starts it again: as its file is now, with what was added in memory. */
export const restartCluster: Command = async (workbench) => {
  const { cluster, files, starter } = workbench;
  const { plan } = cluster;
  if (!plan) {
    await startCluster(workbench, undefined);
    return;
  }
  await cluster.stop();
  const file = files.all.find((each) => each.file === plan.file);
  const written = file ? starter.planOf(file) : plan;
  const added = plan.unwritten.flatMap((name) => {
    const spec = plan.spec.services[name];
    return spec ? [[name, spec] as const] : [];
  });
  const services = { ...Object.fromEntries(added), ...written.spec.services };
  const unwritten = added.map(([name]) => name).filter((name) => !file?.spec?.services[name]);
  await starter.start({ ...written, unwritten, spec: { ...written.spec, services } });
};

export const openTopology: Command = (workbench) => {
  workbench.openTopology();
};

export const showLog: Command = async ({ log }) => {
  await log.show();
};

/** The cluster file of the workspace; the user picks one of several. */
export async function chooseClusterFile(
  { files }: Workbench,
  title: string,
): Promise<ClusterFile | undefined> {
  await files.load();
  const [first, ...others] = files.all;
  if (!first) {
    const add = "Add Function to Cluster";
    const sample = "Open Sample Workspace";
    const message = `This workspace has no ${CLUSTER_FILE_NAME}. Add a function to a new one, or have a look at the sample.`;
    const answer = await window.showInformationMessage(message, add, sample);
    if (answer === add) await commands.executeCommand(COMMANDS.addFunction);
    if (answer === sample) await commands.executeCommand(COMMANDS.openSample);
    return undefined;
  }
  if (others.length === 0) return first;
  const items = files.all.map((file) => ({
    label: file.name,
    description: workspace.asRelativePath(Uri.file(file.file)),
    file,
  }));
  return (await pickOne(items, title, "Cluster file"))?.file;
}
