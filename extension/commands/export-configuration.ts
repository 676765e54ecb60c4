import { languages, window, workspace } from "vscode";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { PROGRAMS } from "../configurations/reading.ts";
import { chooseClusterFile } from "./cluster-commands.ts";
import { pickOne, targetOf } from "./pick.ts";
import { tellFindings } from "./tell-findings.ts";
import type { Command, Workbench } from "./workbench.ts";

const TITLE = "Export Balancer Configuration";

type Program = keyof typeof PROGRAMS;

const DETAILS: Record<Program, string> = {
  nginx: "upstream blocks, and the servers and locations that use them",
  haproxy: "defaults, frontends and backends",
  envoy: "clusters, as YAML",
};

/** Writes services as another program's configuration, into a new document. */
export const exportConfiguration: Command = async (workbench, argument) => {
  const services = await chooseServices(workbench, argument);
  if (!services) return;
  const items = (Object.keys(PROGRAMS) as Program[]).map((format) => ({
    label: PROGRAMS[format],
    detail: DETAILS[format],
    format,
  }));
  const chosen = await pickOne(items, TITLE, "Program");
  if (!chosen) return;
  const { format, label } = chosen;
  const { text, findings } = await workbench.tools.request("writeConfiguration", {
    format,
    services,
  });
  const language = await languageOf(format);
  const document = await workspace.openTextDocument({ content: text, language });
  await window.showTextDocument(document, { preview: false });
  const names = Object.keys(services).join(", ");
  // A service has no lines: the writer names it where a reader names a file.
  await tellFindings(`Exported ${names} for ${label}.`, findings, ({ file }) => file);
};

/** The language that an extension, if any, gives such files. */
async function languageOf(format: Program): Promise<string> {
  const wanted = format === "envoy" ? "yaml" : format;
  return (await languages.getLanguages()).includes(wanted) ? wanted : "plaintext";
}

/** Services that run, as they are now; else those of the cluster file. */
async function chooseServices(
  workbench: Workbench,
  argument: unknown,
): Promise<Record<string, ServiceSpec> | undefined> {
  const all = await servicesOf(workbench);
  if (!all) return undefined;
  const target = targetOf(workbench, argument);
  const asked =
    target &&
    ("service" in target
      ? target.service
      : workbench.cluster.snapshot?.instances[target.instance]?.service);
  const names = asked === undefined ? await chooseNames(Object.keys(all)) : [asked];
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

async function servicesOf(workbench: Workbench): Promise<Record<string, ServiceSpec> | undefined> {
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
  const file = await chooseClusterFile(workbench, TITLE);
  return file && starter.planOf(file).spec.services;
}

async function chooseNames(names: readonly string[]): Promise<readonly string[] | undefined> {
  if (names.length === 0) throw new Error(`${TITLE}: there is no service yet.`);
  if (names.length === 1) return names;
  const items = [...names].sort().map((label) => ({ label, picked: true }));
  const chosen = await window.showQuickPick(items, {
    ...{ title: TITLE, placeHolder: "Services", canPickMany: true },
    ignoreFocusOut: true,
  });
  return chosen && chosen.length > 0 ? chosen.map(({ label }) => label) : undefined;
}
