import { CLUSTER_FILE_FORMAT, clusterFileDocument, serviceNode } from "./cluster-file-document.ts";
import type { ServiceFile } from "./spec.ts";

/**
 * The text of a cluster file with services added, or replaced where it has them already; everything
 * else stays, its comments too.
 * @param text of the file; undefined where there is none yet
 * @throws Error when the text is not YAML, or is no mapping with a mapping of services
 */
export function withServices(
  text: string | undefined,
  services: Readonly<Record<string, ServiceFile>>,
): string {
  const { document, services: known } = clusterFileDocument(text);
  const added = Object.entries(services);
  for (const [name, service] of added) known.set(name, serviceNode(document, service));
  if (added.length > 0) known.flow = false;
  return document.toString(CLUSTER_FILE_FORMAT);
}

/** The same with one that it does not have. @throws Error also when it has it */
export function withNewService(
  text: string | undefined,
  name: string,
  service: ServiceFile,
): string {
  if (clusterFileDocument(text).services.has(name)) {
    throw new Error(`The cluster file has a service "${name}" already.`);
  }
  return withServices(text, { [name]: service });
}
