import { durationText } from "../../simulator/protocol/figure-text.ts";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import { breakerText } from "../../simulator/protocol/breaker-text.ts";
import { faultTargetText, touchesService } from "../../simulator/protocol/fault-target.ts";
import { faultText } from "../../simulator/protocol/fault-text.ts";
import { pickersText } from "../../simulator/protocol/engine-titles.ts";
import type { ActiveFault, InstanceState, Snapshot } from "../../simulator/protocol/model.ts";
import {
  isChecked,
  isExternal,
  isOpen,
  isUp,
  serverOf,
  summarizeService,
} from "../cluster/summary.ts";
import { streamNode } from "./stream-nodes.ts";
import type { TopologyNode } from "./topology-node.ts";

const GOOD = "testing.iconPassed";
const BAD = "testing.iconFailed";
const WAITING = "list.warningForeground";

/** The rows of the tree: registry and gateway first, then the services by name. */
export function topologyNodes(snapshot: Snapshot, now: number): TopologyNode[] {
  const nodes: TopologyNode[] = [];
  const { registry, gateway } = snapshot;
  if (registry) {
    nodes.push({
      ...plain("registry", "Registry", "database"),
      description: `${registry.kind} · ${registry.address} · revision ${String(registry.revision)}`,
      tooltip: `**Registry**\n\nkind: ${registry.kind}\n\naddress: \`${registry.address}\`\n\nrevision: ${String(registry.revision)}`,
    });
  }
  if (gateway !== undefined) {
    nodes.push({
      ...plain("gateway", "Gateway", "globe"),
      description: gateway,
      tooltip: `**Gateway**\n\nEveryone calls through it: \`POST ${gateway}/<service>\``,
    });
  }
  const services = Object.keys(snapshot.services).sort();
  for (const name of services) nodes.push(serviceNode(snapshot, name, now));
  for (const stream of Object.values(snapshot.streams)) nodes.push(streamNode(stream));
  return nodes;
}

function plain(id: string, label: string, icon: string) {
  return { id, label, icon, target: undefined, color: undefined, context: id, children: [] };
}

function serviceNode(snapshot: Snapshot, name: string, now: number): TopologyNode {
  const summary = summarizeService(snapshot, name);
  if (!summary) return { ...plain(name, name, "question"), description: "", tooltip: "" };
  const { state, instances, up, p95Ms } = summary;
  const problem = Object.values(snapshot.problems).find(({ service }) => service === name);
  const faults = Object.values(snapshot.faults).filter(({ target }) =>
    "instance" in target
      ? instances.some(({ id }) => id === target.instance)
      : touchesService(target, name),
  );
  const loaded = name in snapshot.loads;
  const ups = `${String(up)}/${String(state.scale)} up`;
  const parts = [ups];
  if (state.breaker) {
    const text = breakerText(state.breaker, now);
    // What is out of the ordinary comes first: a narrow side bar cuts the end off.
    if (state.breaker.status === "closed") parts.push(text);
    else parts.unshift(text);
  }
  parts.push(...faultTexts(faults, name));
  parts.push(state.algorithm);
  if (p95Ms !== undefined) parts.push(`p95 ${durationText(p95Ms)}`);
  if (loaded) parts.push("under load");
  const tooltip = [`**${name}** · ${parts.join(" · ")}`];
  if (state.spec.function !== undefined) tooltip.push(`function: \`${state.spec.function}\``);
  const pickers = pickersText(state.spec.balancer.engine);
  const picked = pickers === undefined ? "" : `. ${pickers}`;
  tooltip.push(`balancer: ${BALANCER_TITLES[state.algorithm]}${picked}`);
  if (state.breaker) tooltip.push(`breaker ${state.breaker.status}: ${state.breaker.reason}`);
  for (const { fault, target } of faults) {
    tooltip.push(`fault on ${faultTargetText(target)}: ${faultText(fault)}`);
  }
  if (problem) tooltip.push(problem.message);
  const words = ["service", state.file === undefined ? "" : "function"];
  if (state.breaker) words.push("breaker", `breaker-${state.breaker.status}`);
  if (loaded) words.push("loaded");
  if (faults.length > 0) words.push("faulty");
  return {
    id: `service:${name}`,
    target: { service: name },
    label: name,
    description: problem ? `${ups} · ${problem.message}` : parts.join(" · "),
    tooltip: tooltip.join("\n\n"),
    icon: problem ? "error" : isOpen(state) ? "zap" : "symbol-function",
    color: problem || isOpen(state) || up === 0 ? BAD : up < state.scale ? WAITING : GOOD,
    context: words.filter(Boolean).join(" "),
    children: instances.map((instance) => instanceNode(snapshot, instance, now)),
  };
}

function instanceNode(snapshot: Snapshot, instance: InstanceState, now: number): TopologyNode {
  const { id, pid, port, phase, lease, health, exit, admin, weight } = instance;
  const faults = Object.values(snapshot.faults).filter(
    ({ target }) => "instance" in target && target.instance === id,
  );
  const inFlight = snapshot.counters.instances[id]?.inFlight ?? 0;
  const parts: string[] = [phase === "running" ? healthWord(instance, snapshot) : phase];
  if (instance.debugged) parts.push("held by a debugger");
  if (admin === "drain" || admin === "down")
    parts.push(admin === "drain" ? "drained" : "taken down");
  if (weight !== 1) parts.push(`weight ${String(weight)}`);
  const server = serverOf(instance, snapshot.services[instance.service]);
  const known = server?.name ?? server?.address;
  if (known !== undefined) parts.push(known);
  const external = isExternal(instance);
  if (external) parts.push("external");
  if (server?.backup) parts.push("backup");
  if (server?.down && admin !== "ready") parts.push("down");
  // Killed and frozen are phases already.
  const others = faults.filter(({ fault }) => !/^(kill|freeze)$/.test(fault.kind));
  parts.push(...counted(others.map(({ fault }) => faultText(fault))));
  // What changes comes first: a narrow side bar cuts the end off.
  if (lease) parts.push(`lease ${secondsLeft(lease.expiresAt, now)}s`);
  const gone = /^(stopped|killed|crashed)$/.test(phase);
  if (port !== undefined && !gone) parts.push(`:${String(port)}`);
  if (pid !== undefined && !gone) parts.push(`pid ${String(pid)}`);
  if (inFlight > 0) parts.push(`${String(inFlight)} in flight`);
  const last = instance.checks.at(-1);
  const tooltip = [`**${id}** · ${phase}`, `health checks: ${health}`];
  if (instance.debugged) {
    tooltip.push("A debugger holds it: its checks, its lease and its failures do not count.");
  }
  if (external) tooltip.push("Your own program: Fuseboard does not kill, freeze or restart it.");
  if (last) tooltip.push(`last check: ${last.output} in ${durationText(last.ms)}`);
  if (exit !== undefined) tooltip.push(`last exit: ${exit}`);
  if (admin !== undefined) tooltip.push(`set by hand: ${admin}`);
  tooltip.push(`weight: ${String(weight)}`);
  tooltip.push(instance.registered ? "in the registry" : "not in the registry");
  return {
    id: `instance:${id}`,
    target: { instance: id },
    label: id,
    description: parts.join(" · "),
    tooltip: tooltip.join("\n\n"),
    ...iconOf(instance, snapshot),
    context: `instance ${phase} server-${admin ?? "ready"}${external ? " external" : ""}${faults.length > 0 ? " faulty" : ""}`,
    children: [],
  };
}

/** What faults do to a service, or between it and another: `answers 503 for checkout`. */
function faultTexts(faults: readonly ActiveFault[], service: string): string[] {
  return counted(
    faults.flatMap(({ fault, target }) => {
      if ("instance" in target) return [];
      const text = faultText(fault);
      if ("service" in target) return [text];
      const { from, to } = target;
      if (fault.kind === "partition") return [`${text} from ${from === service ? to : from}`];
      return [from === service ? `${to} ${text}` : `${text} for ${from}`];
    }),
  );
}

/** Each text once. */
function counted(texts: readonly string[]): string[] {
  return [...new Set(texts)].map((text) => {
    const times = texts.filter((other) => other === text).length;
    return times > 1 ? `${text} ×${String(times)}` : text;
  });
}

function secondsLeft(expiresAt: number, now: number): string {
  return String(Math.max(0, Math.ceil((expiresAt - now) / 1000)));
}

function healthWord(instance: InstanceState, snapshot: Snapshot): string {
  const { health } = instance;
  if (health !== "unknown") return health === "passing" ? "healthy" : "unhealthy";
  return isChecked(instance, snapshot.services[instance.service]) ? "unchecked" : "up";
}

function iconOf(
  instance: InstanceState,
  snapshot: Snapshot,
): { icon: string; color: string | undefined } {
  if (isUp(instance, snapshot)) {
    if (instance.admin === "drain") return { icon: "arrow-circle-down", color: WAITING };
    if (instance.admin === "down") return { icon: "circle-slash", color: WAITING };
    return { icon: "pass-filled", color: GOOD };
  }
  switch (instance.phase) {
    case "starting":
      return { icon: "loading~spin", color: undefined };
    case "running":
      return instance.health === "failing"
        ? { icon: "error", color: BAD }
        : { icon: "loading~spin", color: undefined };
    case "draining":
      return { icon: "arrow-circle-down", color: WAITING };
    case "frozen":
      return { icon: "debug-pause", color: "charts.blue" };
    case "stopped":
      return { icon: "circle-outline", color: undefined };
    case "killed":
      return { icon: "circle-slash", color: BAD };
    case "crashed":
      return { icon: "bug", color: BAD };
  }
}
