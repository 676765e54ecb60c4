import { join } from "node:path";
import { Range, Uri, window, workspace } from "vscode";
import { withServices } from "../../simulator/protocol/cluster-file-services.ts";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";
import { PROGRAMS, type ReadUpstream } from "../configurations/reading.ts";
import { isUpstreamTarget } from "../configurations/upstream-target.ts";
import { CLUSTER_FILE_NAME } from "../contributions.ts";
import { chooseConfigurations, type ReadFile } from "./choose-configurations.ts";
import { chooseClusterFile } from "./cluster-commands.ts";
import { tellFindings } from "./tell-findings.ts";
import type { Command, Workbench } from "./workbench.ts";
import { lineOfService, writeClusterFile } from "./write-cluster-file.ts";

const TITLE = "Import Balancer Configuration";

/** Writes the upstreams and backends of configurations into the cluster file. */
export const importConfiguration: Command = async (workbench, argument) => {
  const wanted = isUpstreamTarget(argument) ? Uri.parse(argument.configuration) : undefined;
  const uri = wanted ?? (argument instanceof Uri ? argument : undefined);
  const files = await chooseConfigurations(workbench, uri, TITLE);
  if (!files) return;
  const all = files.flatMap(({ reading }) => reading.services);
  const chosen = await chooseUpstreams(all);
  if (!chosen) return;
  const path = await clusterFilePath(workbench, files);
  if (path === undefined) return;
  const exists = workbench.files.all.some(({ file }) => file === path);
  const names = await chooseNames(workbench, path, chosen);
  if (!names) return;
  const services: Record<string, ServiceFile> = {};
  chosen.forEach(({ service, serviceName }, index) => {
    services[names[index] ?? serviceName] = service;
  });
  const document = await writeClusterFile(path, exists, (text) => withServices(text, services));
  await workbench.files.refresh(path);
  const line = lineOfService(document, names[0] ?? "");
  const selection = new Range(line, 0, line, 0);
  await window.showTextDocument(document, { selection, preview: false });
  const findings = files.flatMap(({ reading }) => reading.findings);
  const label = [...new Set(files.map(({ reading }) => PROGRAMS[reading.format]))].join(" and ");
  await tellFindings(`Imported ${names.join(", ")} from ${label}.`, findings);
};

async function chooseUpstreams(all: readonly ReadUpstream[]): Promise<ReadUpstream[] | undefined> {
  if (all.length === 0) {
    throw new Error(`${TITLE}: there is no upstream or backend in it that can be read.`);
  }
  if (all.length === 1) return [...all];
  const items = all.map((upstream) => ({
    label: upstream.name,
    description: `line ${String(upstream.line)}`,
    picked: true,
    upstream,
  }));
  const chosen = await window.showQuickPick(items, {
    ...{ title: TITLE, placeHolder: "Upstreams and backends", canPickMany: true },
    ignoreFocusOut: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ upstream }) => upstream) : undefined;
}

/** The cluster file nearest to the configuration, the workspace's, or a new one in its folder. */
async function clusterFilePath(
  workbench: Workbench,
  read: readonly ReadFile[],
): Promise<string | undefined> {
  const { files } = workbench;
  await files.load();
  const near = read[0] && files.nearest(read[0].uri.fsPath);
  if (near) return near.file;
  if (files.all.length > 0) return (await chooseClusterFile(workbench, TITLE))?.file;
  const own = read[0] && workspace.getWorkspaceFolder(read[0].uri);
  const folder = own ?? workspace.workspaceFolders?.[0];
  if (!folder) {
    throw new Error(`${TITLE}: open a folder first, where ${CLUSTER_FILE_NAME} can be written.`);
  }
  return join(folder.uri.fsPath, CLUSTER_FILE_NAME);
}

/** Their names in the cluster file; asks what to do with those that it has. */
async function chooseNames(
  { files }: Workbench,
  path: string,
  chosen: readonly ReadUpstream[],
): Promise<string[] | undefined> {
  const there = new Set(
    Object.keys(files.all.find(({ file }) => file === path)?.spec?.services ?? {}),
  );
  const names = chosen.map(({ serviceName }) => serviceName);
  const twice = names.filter((name) => there.has(name));
  if (twice.length === 0) return names;
  const replace = "Replace";
  const both = "Keep Both";
  const message = `${CLUSTER_FILE_NAME} has ${twice.join(", ")} already.`;
  const answer = await window.showWarningMessage(message, { modal: true }, replace, both);
  if (answer === replace) return names;
  if (answer !== both) return undefined;
  const taken = new Set([...there, ...names]);
  return names.map((name) => {
    if (!there.has(name)) return name;
    let number = 2;
    while (taken.has(`${name}-${String(number)}`)) number++;
    taken.add(`${name}-${String(number)}`);
    return `${name}-${String(number)}`;
  });
}
