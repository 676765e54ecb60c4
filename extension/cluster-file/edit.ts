import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from "yaml";
import type { ServiceFile } from "../../simulator/protocol/spec.ts";

/** Settings that read best on one line, `{ … }`. */
const INLINE = new Set([
  ...["synthetic", "retry", "breaker", "bulkhead", "health", "balancer", "fallback"],
]);

/**
 * The text of a cluster file with one more service; comments and order are kept.
 * @param text of the file; undefined where there is none yet
 * @throws Error when the text is not YAML, or is no mapping with a mapping of services
 */
export function addService(text: string | undefined, name: string, service: ServiceFile): string {
  const document = parseDocument(text?.trim() ? text : "version: 1\nservices: {}\n");
  const broken = document.errors[0];
  if (broken) throw new Error(`The cluster file has an error: ${broken.message}`);
  if (!isMap(document.contents)) throw new Error("The cluster file is not a mapping.");
  const services = document.get("services", true);
  if (!isMap(services)) {
    if (services !== undefined && !(isScalar(services) && services.value === null)) {
      throw new Error("`services` of the cluster file is not a mapping.");
    }
    document.set("services", document.createNode({}));
  } else if (services.has(name)) {
    throw new Error(`The cluster file has a service "${name}" already.`);
  } else if (services.items.length === 0) {
    services.flow = false;
  }
  document.setIn(["services", name], serviceNode(document, service));
  const written = document.get("services", true);
  if (isMap(written) && written.items.length === 1) written.flow = false;
  return document.toString(CLUSTER_FILE_FORMAT);
}

/** How a cluster file is written. */
export const CLUSTER_FILE_FORMAT = { lineWidth: 100, flowCollectionPadding: true } as const;

/** The node of a service, written as it reads best. */
export function serviceNode(document: Document, service: ServiceFile) {
  const node = document.createNode(service);
  if (!isMap(node)) return node;
  for (const { key, value } of node.items) {
    if (isScalar(key) && typeof key.value === "string" && INLINE.has(key.value) && isMap(value))
      layOut(value);
  }
  return node;
}

/** On one line; one that lists servers gets a line for each of them. */
function layOut(setting: YAMLMap): void {
  const servers = setting.get("servers", true);
  if (!isSeq(servers)) {
    setting.flow = true;
    return;
  }
  for (const server of servers.items) if (isMap(server)) server.flow = true;
}
