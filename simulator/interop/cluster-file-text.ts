import { isMap, isScalar, isSeq, parseDocument, type Document, type YAMLMap } from "yaml";
import type { ServiceFile } from "../protocol/spec.ts";
import type { ImportedService } from "./contract.ts";

/** Settings that read best on one line, `{ … }`. */
const INLINE: readonly string[] = ["synthetic", "balancer", "health", "retry"];
const EMPTY = "version: 1\nservices: {}\n";

/**
 * The text of a cluster file with the services that were read from a configuration. Those that it
 * has under the same names are replaced; everything else stays, its comments too.
 * @param into text of the cluster file; absent: a new one
 * @throws Error when that is not YAML, or has no mapping of services
 */
export function clusterFileText(services: readonly ImportedService[], into?: string): string {
  const document = parseDocument(into?.trim() ? into : EMPTY);
  const broken = document.errors[0];
  if (broken) throw new Error(`The cluster file has an error: ${broken.message}`);
  if (!isMap(document.contents)) throw new Error("The cluster file is not a mapping.");
  const known = servicesOf(document);
  for (const { name, serviceName = name, service } of services) {
    known.set(serviceName, serviceNode(document, service));
  }
  if (services.length > 0) known.flow = false;
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function servicesOf(document: Document): YAMLMap {
  const node = document.get("services", true);
  if (isMap(node)) return node;
  if (node !== undefined && !(isScalar(node) && node.value === null)) {
    throw new Error("`services` of the cluster file is not a mapping.");
  }
  const created = document.createNode({});
  document.set("services", created);
  return created;
}

function serviceNode(document: Document, service: ServiceFile) {
  const node = document.createNode(service);
  if (!isMap(node)) return node;
  for (const { key, value } of node.items) {
    const name = isScalar(key) ? key.value : undefined;
    if (typeof name === "string" && INLINE.includes(name) && isMap(value)) layOut(value);
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
