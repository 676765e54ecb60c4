import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import {
  CLUSTER_FILE_FORMAT,
  clusterFileDocument,
  NEW_CLUSTER_FILE,
  type ClusterFileDocument,
} from "./cluster-file-document.ts";
import type { BreakerFile } from "./spec.ts";

/**
 * The text of a cluster file with breakers put into services, by name, in place of those that they
 * have. A service that it does not have is added, as a synthetic one. The rest stays as it is.
 * @param text of the file; undefined where there is none yet
 * @throws Error when the text is not YAML, or is no mapping with a mapping of services
 */
export function withBreakers(
  text: string | undefined,
  breakers: Readonly<Record<string, BreakerFile>>,
): string {
  let changed = text?.trim() ? text : NEW_CLUSTER_FILE;
  for (const [name, breaker] of Object.entries(breakers)) {
    const file = clusterFileDocument(changed);
    const service = file.services.get(name, true);
    changed =
      (isMap(service) ? spliced(changed, service, breaker) : undefined) ??
      rewritten(file, name, breaker);
  }
  return changed;
}

/** Changes the lines of the breaker alone; undefined where the service is not written in lines. */
function spliced(text: string, service: YAMLMap, breaker: BreakerFile): string | undefined {
  if (service.flow) return undefined;
  const line = `breaker: ${flowText(breaker)}`;
  const own = service.items.find(({ key }) => isScalar(key) && key.value === "breaker");
  const [first, last] = [service.items[0], service.items.at(-1)];
  const begin = startOf(own?.key);
  const end = own ? endOf(own.value) : undefined;
  if (begin !== undefined && end !== undefined) {
    const after = text.slice(0, end).trimEnd().length;
    return text.slice(0, begin) + line + text.slice(after);
  }
  const [column, behind] = [startOf(first?.key), endOf(last?.value)];
  if (own || column === undefined || behind === undefined) return undefined;
  const indent = column - (text.lastIndexOf("\n", column - 1) + 1);
  const written = text.slice(0, behind).trimEnd().length;
  const newline = text.indexOf("\n", written);
  const at = newline < 0 ? text.length : newline;
  return `${text.slice(0, at)}\n${" ".repeat(indent)}${line}${text.slice(at)}`;
}

function rewritten(
  { document, services }: ClusterFileDocument,
  name: string,
  breaker: BreakerFile,
): string {
  if (!isMap(services.get(name, true))) services.set(name, document.createNode({ synthetic: {} }));
  services.setIn([name, "breaker"], document.createNode(breaker, { flow: true }));
  services.flow = false;
  return document.toString(CLUSTER_FILE_FORMAT);
}

/** On one line, whatever its length. */
function flowText(breaker: BreakerFile): string {
  const document = parseDocument("{}");
  document.contents = document.createNode(breaker, { flow: true }) as typeof document.contents;
  return document.toString(CLUSTER_FILE_FORMAT).trim();
}

function startOf(node: unknown): number | undefined {
  return rangeOf(node)?.[0];
}

/** Where a value ends, without the comment behind it. */
function endOf(node: unknown): number | undefined {
  return rangeOf(node)?.[1];
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  if (typeof node !== "object" || node === null || !("range" in node)) return undefined;
  const { range } = node;
  return Array.isArray(range) ? (range as [number, number, number]) : undefined;
}
