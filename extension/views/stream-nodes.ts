import { durationText, percentText } from "../../simulator/protocol/figure-text.ts";
import { commandStatus, isRefusing } from "../../simulator/protocol/command-status.ts";
import type { StreamCommand, StreamState } from "../../simulator/protocol/model.ts";
import { requestsText } from "../hystrix-code/command-lens-text.ts";
import type { TopologyNode } from "./topology-node.ts";

/** The rows of a stream that are shown in the tree; the panel has them all. */
const SHOWN = 50;

/** An attached stream and its commands, read only. */
export function streamNode(stream: StreamState): TopologyNode {
  const { id, name, url, status, problem, format, leftOut } = stream;
  const commands = Object.values(stream.commands).sort((a, b) => a.name.localeCompare(b.name));
  const open = commands.filter(isRefusing).length;
  const parts: string[] = [status];
  if (commands.length > 0) parts.push(`${String(commands.length + leftOut)} commands`);
  if (open > 0) parts.push(`${String(open)} open`);
  if (problem !== undefined) parts.push(problem);
  const tooltip = [`**${name}** · ${parts.join(" · ")}`, `stream: \`${url}\``];
  if (format !== undefined) tooltip.push(`format: ${format}`);
  return {
    id: `stream:${id}`,
    target: { stream: id },
    label: name,
    description: parts.join(" · "),
    tooltip: tooltip.join("\n\n"),
    icon: "radio-tower",
    color:
      status === "lost" ? "testing.iconFailed" : open > 0 ? "list.warningForeground" : undefined,
    context: `stream stream-${status}`,
    children: commands.slice(0, SHOWN).map((command) => commandNode(stream, command)),
  };
}

function commandNode({ id }: StreamState, command: StreamCommand): TopologyNode {
  const { name, group, errorPercentage, requestCount, latency, concurrent } = command;
  const refuses = isRefusing(command);
  const parts = [
    commandStatus(command),
    `${percentText(errorPercentage)} errors`,
    requestsText(requestCount),
  ];
  const p95 = latency["95"];
  if (p95 !== undefined && p95 > 0) parts.push(`p95 ${durationText(p95)}`);
  if (concurrent > 0) parts.push(`${String(concurrent)} running`);
  return {
    id: `stream:${id}:${name}`,
    target: { stream: id, command: name },
    label: name,
    description: parts.join(" · "),
    tooltip: `**${name}** · group ${group}\n\n${parts.join("\n\n")}`,
    icon: refuses ? "zap" : "pass-filled",
    color: refuses ? "testing.iconFailed" : "testing.iconPassed",
    context: "command",
    children: [],
  };
}
