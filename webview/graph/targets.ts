import type { Selection } from "../../simulator/protocol/panel.ts";

/** What a node stands for; null for callers, the gateway and the empty ground. */
export function selectionOf(target: Element | null): Selection {
  const [kind, ...rest] = target?.getAttribute("data-node")?.split(":") ?? [];
  const name = rest.join(":");
  if (kind === "service") return { service: name };
  if (kind === "instance") return { instance: name };
  if (kind === "stream") return { stream: name };
  if (kind === "command") {
    // Ids of streams have no slash; names of commands may.
    const [stream = "", ...command] = name.split("/");
    return { stream, command: command.join("/") };
  }
  if (kind === "edge") {
    const [from = "", to = ""] = name.split(">");
    return { from, to };
  }
  return null;
}
