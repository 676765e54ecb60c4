import { languages, window, workspace } from "vscode";
import type { ResilienceId } from "../../simulator/protocol/configuration-requests.ts";
import { chooseServices } from "./choose-services.ts";
import { pickOne } from "./pick.ts";
import { tellFindings } from "./tell-findings.ts";
import type { Command } from "./workbench.ts";

const TITLE = "Export Resilience Settings";

const FORMATS: readonly {
  label: string;
  detail: string;
  format: ResilienceId;
  language: string;
}[] = [
  {
    label: "hystrix-go",
    detail: "Go code: hystrix.Configure with a map of commands",
    format: "hystrix-go",
    language: "go",
  },
  {
    label: "Netflix Hystrix",
    detail: "properties of commands and thread pools",
    format: "hystrix",
    language: "properties",
  },
];

/** Writes the breakers of services as a library's code or settings, into a new document. */
export const exportResilience: Command = async (workbench, argument) => {
  const services = await chooseServices(
    workbench,
    argument,
    TITLE,
    ({ breaker }) => breaker !== undefined,
  );
  if (!services) return;
  const chosen = await pickOne(FORMATS, TITLE, "Library");
  if (!chosen) return;
  const { format, label, language } = chosen;
  const { text, findings } = await workbench.tools.request("writeResilience", { format, services });
  const known = (await languages.getLanguages()).includes(language);
  const document = await workspace.openTextDocument({
    content: text,
    language: known ? language : "plaintext",
  });
  await window.showTextDocument(document, { preview: false });
  const names = Object.keys(services).join(", ");
  // A service has no lines: the writer names it where a reader names a file.
  await tellFindings(`Exported ${names} for ${label}.`, findings, ({ file }) => file);
};
