import { join } from "node:path";
import { Range, Uri, window, workspace } from "vscode";
import { withBreakers } from "../../simulator/protocol/cluster-file-breakers.ts";
import type { BreakerFile, ClusterSpec } from "../../simulator/protocol/spec.ts";
import { parseDuration } from "../../simulator/protocol/units.ts";
import type { Finding } from "../configurations/reading.ts";
import { CLUSTER_FILE_NAME } from "../contributions.ts";
import { serviceNameFor } from "../functions/function-ref.ts";
import { chooseClusterFile } from "./cluster-commands.ts";
import { readResilience, type FoundBreaker } from "./import-resilience-sources.ts";
import { pickOne } from "./pick.ts";
import { tellFindings } from "./tell-findings.ts";
import type { Command, Workbench } from "./workbench.ts";
import { lineOfService, writeClusterFile } from "./write-cluster-file.ts";

const TITLE = "Import Resilience Settings";

/** Puts the breakers of Go code and of Hystrix properties into services of the cluster file. */
export const importResilience: Command = async (workbench, argument) => {
  const read = await readResilience(
    workbench,
    argument instanceof Uri ? argument : undefined,
    TITLE,
  );
  if (!read) return;
  const chosen = await chooseCommands(read.breakers);
  if (!chosen) return;
  const path = await clusterFilePath(workbench);
  if (path === undefined) return;
  const known = workbench.files.all.find(({ file }) => file === path);
  const breakers = await mapToServices(chosen, known?.spec);
  if (!breakers) return;
  const names = Object.keys(breakers);
  if (names.length === 0 || !(await mayReplace(names, known?.spec))) return;
  const change = (text: string | undefined) => withBreakers(text, breakers);
  const document = await writeClusterFile(path, known !== undefined, change);
  await workbench.files.refresh(path);
  const line = lineOfService(document, names[0] ?? "");
  const selection = new Range(line, 0, line, 0);
  await window.showTextDocument(document, { selection, preview: false });
  const findings = [...read.findings, ...shorterTimeouts(breakers, known?.spec, path)];
  await tellFindings(
    `Imported the ${names.length === 1 ? "breaker" : "breakers"} of ${names.join(", ")}.`,
    findings,
  );
};

async function chooseCommands(
  all: readonly FoundBreaker[],
): Promise<readonly FoundBreaker[] | undefined> {
  if (all.length <= 1) return all;
  const items = all.map((found) => ({
    label: found.name,
    description: `${workspace.asRelativePath(found.file)}:${String(found.line)}`,
    detail: summaryOf(found.breaker),
    picked: true,
    found,
  }));
  const chosen = await window.showQuickPick(items, {
    ...{ title: TITLE, placeHolder: "Commands", canPickMany: true, ignoreFocusOut: true },
  });
  return chosen && chosen.length > 0 ? chosen.map(({ found }) => found) : undefined;
}

/** Which service gets which breaker: that of its name, or the one that the user picks. */
async function mapToServices(
  chosen: readonly FoundBreaker[],
  spec: ClusterSpec | undefined,
): Promise<Record<string, BreakerFile> | undefined> {
  const services = Object.keys(spec?.services ?? {}).sort();
  const breakers: Record<string, BreakerFile> = {};
  for (const { name, serviceName, breaker } of chosen) {
    const same = services.find((each) => each === name || each === serviceName);
    const service = same ?? (await pickService(name, serviceName, services));
    if (service === undefined) return undefined;
    if (service !== "") breakers[service] = breaker;
  }
  return breakers;
}

/** Asks before breakers are replaced that are there already. */
async function mayReplace(names: readonly string[], spec: ClusterSpec | undefined) {
  const there = names.filter((name) => spec?.services[name]?.breaker !== undefined);
  if (there.length === 0) return true;
  const replace = "Replace";
  const message = `${there.join(", ")} ${there.length === 1 ? "has a breaker" : "have breakers"} already.`;
  const detail = `The imported settings take ${there.length === 1 ? "its" : "their"} place.`;
  return (await window.showWarningMessage(message, { modal: true, detail }, replace)) === replace;
}

/** Empty: none. */
async function pickService(
  name: string,
  serviceName: string,
  services: readonly string[],
): Promise<string | undefined> {
  const fresh = serviceNameFor("", serviceName, services);
  const items = [
    ...services.map((label) => ({ label, description: "", service: label })),
    { label: `$(add) ${fresh}`, description: "a new synthetic service", service: fresh },
    { label: "$(circle-slash) Leave it out", description: "", service: "" },
  ];
  return (await pickOne(items, `${TITLE}: ${name}`, `Service that "${name}" protects`))?.service;
}

/** The cluster file of the workspace, or a new one in its first folder. */
async function clusterFilePath(workbench: Workbench): Promise<string | undefined> {
  await workbench.files.load();
  if (workbench.files.all.length > 0) return (await chooseClusterFile(workbench, TITLE))?.file;
  const [folder] = workspace.workspaceFolders ?? [];
  if (folder) return join(folder.uri.fsPath, CLUSTER_FILE_NAME);
  throw new Error(`${TITLE}: open a folder first, where ${CLUSTER_FILE_NAME} can be written.`);
}

/** Services whose own time limit of an attempt ends before that of the breaker. */
function shorterTimeouts(
  breakers: Readonly<Record<string, BreakerFile>>,
  spec: ClusterSpec | undefined,
  file: string,
): Finding[] {
  return Object.entries(breakers).flatMap(([name, breaker]) => {
    const own = spec?.services[name]?.timeout ?? 1000;
    const limit = timeoutOf(breaker);
    if (limit === undefined || limit <= own) return [];
    const message = `${name} gives an attempt ${String(own)}ms (\`timeout\`), less than the command's ${String(limit)}ms: that ends it first.`;
    return [{ file, line: 1, column: 1, severity: "warning" as const, message }];
  });
}

function timeoutOf(breaker: BreakerFile): number | undefined {
  const written =
    breaker.engine === "hystrix-go"
      ? (breaker.timeout ?? 1000)
      : breaker.engine === "hystrix" && breaker.executionTimeoutEnabled !== false
        ? (breaker.executionTimeoutInMilliseconds ?? 1000)
        : undefined;
  return typeof written === "string" ? parseDuration(written) : written;
}

function summaryOf({ engine, ...settings }: BreakerFile): string {
  const written = Object.entries(settings).map(([name, value]) => `${name} ${String(value)}`);
  return written.length === 0 ? `${engine}, all by default` : `${engine}: ${written.join(", ")}`;
}
