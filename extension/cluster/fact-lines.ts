import type { Fact } from "../../simulator/protocol/events.ts";
import { faultTargetText } from "../../simulator/protocol/fault-target.ts";

/** One line of the log. */
export interface LogLine {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly text: string;
}

/** The log's line for a fact; undefined for those that are only numbers or calls. */
export function logLineOf(fact: Fact): LogLine | undefined {
  switch (fact.kind) {
    case "instance-printed":
      return {
        level: fact.stream === "stderr" ? "warn" : "info",
        text: `[${fact.instance}] ${fact.line}`,
      };
    case "cluster-started":
      return info(`Cluster ${fact.name} is starting.`);
    case "cluster-became-ready":
      return info("All instances are healthy.");
    case "cluster-stopped":
      return info("Cluster stopped.");
    case "cluster-failed":
      return { level: "error", text: fact.message };
    case "gateway-opened":
      return info(`Gateway listens on ${fact.address}.`);
    case "registry-opened":
      return info(`Registry (${fact.registryKind}) listens on ${fact.address}.`);
    case "instance-started":
      return info(
        fact.pid === undefined
          ? `[${fact.instance}] registered: a program of yours, port ${String(fact.port)}.`
          : `[${fact.instance}] started: process ${String(fact.pid)}, port ${String(fact.port)}.`,
      );
    case "instance-phase-changed":
      return {
        level: fact.phase === "crashed" || fact.phase === "killed" ? "warn" : "info",
        text: `[${fact.instance}] ${fact.phase}${fact.exit === undefined ? "" : `: ${fact.exit}`}`,
      };
    case "health-changed":
      return {
        level: fact.health === "failing" ? "warn" : "info",
        text: `[${fact.instance}] health checks: ${fact.health}`,
      };
    case "lease-ended":
      return info(`[${fact.instance}] lease ${fact.because}.`);
    case "breaker-changed":
      return info(`[${fact.service}] breaker ${fact.breaker.status}: ${fact.breaker.reason}`);
    case "fault-injected":
      return info(`Fault ${fact.active.fault.kind} on ${faultTargetText(fact.active.target)}.`);
    case "stream-changed": {
      const { name, status, problem } = fact.state;
      return {
        level: status === "lost" ? "warn" : "info",
        text: `Stream ${name} ${status}${problem === undefined ? "." : `: ${problem}`}`,
      };
    }
    case "instance-debugged":
      return info(
        fact.debugged
          ? `[${fact.instance}] held by a debugger: its checks, lease and failures do not count.`
          : `[${fact.instance}] runs again; it counts as before.`,
      );
    case "fault-cleared":
      return info(`Fault ${fact.id} taken back (${fact.because}).`);
    case "problem-found":
      return {
        level: fact.problem.severity === "error" ? "error" : "warn",
        text: fact.problem.message,
      };
    default:
      return undefined;
  }
}

const info = (text: string): LogLine => ({ level: "info", text });
