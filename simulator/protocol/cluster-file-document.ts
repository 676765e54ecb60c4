import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from "yaml";
import type { ServiceFile } from "./spec.ts";

/** The text of a cluster file without anything. */
export const NEW_CLUSTER_FILE = "version: 1\nservices: {}\n";
/** How it is written: no line is folded, also none that is there already. */
export const CLUSTER_FILE_FORMAT = { lineWidth: 0, flowCollectionPadding: true } as const;
/** Settings that read best on one line, `{ … }`. */
const INLINE: ReadonlySet<string> = new Set([
  ...["synthetic", "retry", "breaker", "bulkhead", "health", "balancer", "fallback"],
]);

/** A cluster file that is to be changed. */
export interface ClusterFileDocument {
  readonly document: Document.Parsed;
  /** Its services; empty, and not in the text yet, where it has none. */
  readonly services: YAMLMap;
}

/**
 * Reads a cluster file so that it can be changed and written again; comments and order are kept.
 * @param text of the file; undefined or empty where there is none yet
 * @throws Error when the text is not YAML, or is no mapping with a mapping of services
 */
export function clusterFileDocument(text: string | undefined): ClusterFileDocument {
  const document = parseDocument(text?.trim() ? text : NEW_CLUSTER_FILE);
  const broken = document.errors[0];
  if (broken) throw new Error(`The cluster file has an error: ${broken.message}`);
  if (!isMap(document.contents)) throw new Error("The cluster file is not a mapping.");
  const node = document.get("services", true);
  if (isMap(node)) return { document, services: node };
  if (node !== undefined && !(isScalar(node) && node.value === null)) {
    throw new Error("`services` of the cluster file is not a mapping.");
  }
  const services = document.createNode({});
  document.set("services", services);
  return { document, services };
}

/** The node of a service, written as it reads best. */
export function serviceNode(document: Document, service: ServiceFile) {
  const node = document.createNode(service);
  if (!isMap(node)) return node;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name === "string" && INLINE.has(name) && isMap(value)) layOut(value);
  }
  return node;
}

/** On one line; what lists servers gets a line for each of them. */
function layOut(setting: YAMLMap): void {
  const servers = setting.get("servers", true);
  if (!isSeq(servers)) {
    setting.flow = true;
    return;
  }
  const others = setting.items.map(({ value }) => value);
  for (const node of [...servers.items, ...others]) if (isMap(node)) node.flow = true;
}
