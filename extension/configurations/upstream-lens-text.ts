import { smallShareText } from "../../simulator/protocol/figure-text.ts";
import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import type { ClusterPhase } from "../../simulator/protocol/model.ts";
import type { BalancerId } from "../../simulator/protocol/spec.ts";
import type { ServiceSummary } from "../cluster/summary.ts";
import type { CommandName } from "../contributions.ts";

/** Load that one click starts. */
export const QUICK_LOAD_PER_SECOND = 50;

/** One lens: what it says, and what a click does to what. */
export interface UpstreamLens {
  readonly title: string;
  readonly tooltip: string;
  readonly command: CommandName;
  /** The command wants the upstream, or the service that runs it. */
  readonly of: "upstream" | "service";
}

/** The service that runs an upstream. */
export interface RunningUpstream {
  readonly summary: ServiceSummary;
  /** Calls of a second. */
  readonly perSecond: number;
  /** Of 1; undefined when there is nothing to say. */
  readonly imbalance: number | undefined;
  readonly loaded: boolean;
}

/** What decides the lenses above one upstream. */
export interface UpstreamSituation {
  /** `upstream` or `backend`. */
  readonly noun: string;
  readonly phase: ClusterPhase;
  readonly running: RunningUpstream | undefined;
}

/** The lenses above one upstream, from left to right. */
export function upstreamLenses({ noun, phase, running }: UpstreamSituation): UpstreamLens[] {
  const compare: UpstreamLens = {
    title: "Compare algorithms",
    tooltip: "What each algorithm makes of the same traffic, in virtual time",
    command: "compareAlgorithms",
    of: "upstream",
  };
  if (!running) {
    const title = `$(play) Simulate ${noun}`;
    const tooltip = "Run its servers as local instances, and see each pick with its reason";
    return [{ title, tooltip, command: "simulateUpstream", of: "upstream" }, compare];
  }
  const busy = phase === "starting" ? "$(loading~spin) " : "";
  return [
    {
      title: busy + upstreamStateText(running),
      tooltip: "Choose another algorithm, scale, inject a fault …",
      command: "showServiceActions",
      of: "service",
    },
    running.loaded
      ? {
          title: "$(debug-stop) Stop load",
          tooltip: "Stop the calls",
          command: "stopLoad",
          of: "service",
        }
      : {
          title: `$(pulse) Load ${String(QUICK_LOAD_PER_SECOND)}/s`,
          tooltip: `Start ${String(QUICK_LOAD_PER_SECOND)} calls a second from many clients`,
          command: "loadUpstream",
          of: "service",
        },
    {
      title: "$(type-hierarchy) Show",
      tooltip: "Open the topology with it selected",
      command: "simulateUpstream",
      of: "upstream",
    },
    {
      title: "$(debug-stop) Stop",
      tooltip: "Take it out of the cluster",
      command: "stopSimulation",
      of: "upstream",
    },
    compare,
  ];
}

/** Its live state: `3 of 3 healthy · 120/s · round robin · imbalance 2%`. */
export function upstreamStateText(running: RunningUpstream): string {
  const { summary, perSecond, imbalance } = running;
  const { state, up } = summary;
  const parts = [`${String(up)} of ${String(state.scale)} healthy`];
  if (perSecond > 0)
    parts.push(`${perSecond < 10 ? perSecond.toFixed(1) : perSecond.toFixed(0)}/s`);
  parts.push(shortTitle(state.algorithm));
  if (imbalance !== undefined && perSecond > 0)
    parts.push(`imbalance ${smallShareText(imbalance)}`);
  return parts.join(" · ");
}

/** What an algorithm is called by its own program: `least_conn`. */
export function shortTitle(algorithm: BalancerId): string {
  return BALANCER_TITLES[algorithm].replace(/^[^:]+: /, "");
}
