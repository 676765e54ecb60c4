import { durationText } from "../../simulator/protocol/figure-text.ts";
import { breakerText } from "../../simulator/protocol/breaker-text.ts";
import type { ClusterPhase } from "../../simulator/protocol/model.ts";
import { type ServiceSummary } from "../cluster/summary.ts";
import type { CommandName } from "../contributions.ts";

/** One lens: what it says and what a click does. */
export interface LensTitle {
  readonly title: string;
  readonly tooltip: string;
  readonly command: CommandName;
}

/** What decides the lenses above one function. */
export interface LensSituation {
  /** Whether a cluster file names it. */
  readonly listed: boolean;
  /** How many instances a run would start. */
  readonly instances: number;
  readonly phase: ClusterPhase;
  /** Its service in the running cluster. */
  readonly running: ServiceSummary | undefined;
}

/** The lenses above one function, from left to right. */
export function lensTitles({ listed, instances, phase, running }: LensSituation): LensTitle[] {
  const titles: LensTitle[] = [
    { title: "$(play) Invoke", tooltip: "Send it a payload", command: "invokeFunction" },
  ];
  if (running && phase !== "stopping") {
    const busy = phase === "starting" ? "$(loading~spin) " : "";
    titles.push({
      title: busy + serviceStateText(running),
      tooltip: running.state.breaker?.reason ?? "Trip, reset, scale …",
      command: "showServiceActions",
    });
  } else {
    titles.push({
      title: `$(run-all) Run ×${String(instances)}`,
      tooltip: "Run it as a cluster of local processes",
      command: "runFunction",
    });
  }
  if (!listed) {
    titles.push({
      title: "Add to cluster",
      tooltip: "Write it into fuseboard.yaml",
      command: "addFunction",
    });
  }
  return titles;
}

/** The state of a running service above its function: `3/3 up · closed · p95 12ms`. */
export function serviceStateText({ state, up, p95Ms }: ServiceSummary, now = Date.now()): string {
  const parts = [`${String(up)}/${String(state.scale)} up`];
  if (state.breaker) parts.push(breakerText(state.breaker, now));
  if (p95Ms !== undefined) parts.push(`p95 ${durationText(p95Ms)}`);
  return parts.join(" · ");
}
