import { languages, window, workspace } from "vscode";
import { PROGRAMS } from "../configurations/reading.ts";
import { chooseServices } from "./choose-services.ts";
import { pickOne } from "./pick.ts";
import { tellFindings } from "./tell-findings.ts";
import type { Command } from "./workbench.ts";

const TITLE = "Export Balancer Configuration";

type Program = keyof typeof PROGRAMS;

const DETAILS: Record<Program, string> = {
  nginx: "upstream blocks, and the servers and locations that use them",
  haproxy: "defaults, frontends and backends",
  envoy: "clusters, as YAML",
};

/** Writes services as another program's configuration, into a new document. */
export const exportConfiguration: Command = async (workbench, argument) => {
  const services = await chooseServices(workbench, argument, TITLE);
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
