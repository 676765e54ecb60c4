import { isMap, parseDocument } from "yaml";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";
import { addService, CLUSTER_FILE_FORMAT, serviceNode } from "./edit.ts";

/**
 * The text of a cluster file with services added, or replaced where it has them already; comments
 * and order of everything else are kept.
 * @param text of the file; undefined where there is none yet
 * @throws Error when the text is not YAML, or is no mapping with a mapping of services
 */
export function mergeServices(
  text: string | undefined,
  services: Readonly<Record<string, ServiceFile>>,
): string {
  let merged = text;
  for (const [name, service] of Object.entries(services)) {
    merged = hasService(merged, name)
      ? replaceService(merged, name, service)
      : addService(merged, name, service);
  }
  return merged ?? "";
}

function hasService(text: string | undefined, name: string): text is string {
  if (text === undefined) return false;
  const services = parseDocument(text).get("services", true);
  return isMap(services) && services.has(name);
}

function replaceService(text: string, name: string, service: ServiceFile): string {
  const document = parseDocument(text);
  document.setIn(["services", name], serviceNode(document, service));
  return document.toString(CLUSTER_FILE_FORMAT);
}
