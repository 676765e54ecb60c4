import { window } from "vscode";
import type { ServiceState } from "../../simulator/protocol/model.ts";
import type { RequestName } from "../../simulator/protocol/requests.ts";
import { parseTimeByHand, TIME_BY_HAND } from "../../simulator/protocol/time-by-hand.ts";
import { pickService } from "./pick.ts";
import type { Command } from "./workbench.ts";

const hasBreaker = ({ breaker }: ServiceState) => breaker !== undefined;

function breakerCommand(
  name: Extract<RequestName, "tripBreaker" | "holdBreakerClosed" | "resetBreaker" | "probeBreaker">,
  title: string,
): Command {
  return async (workbench, argument) => {
    const service = await pickService(workbench, argument, title, hasBreaker);
    if (service) await workbench.cluster.request(name, { service: service.name });
  };
}

export const tripBreaker = breakerCommand("tripBreaker", "Trip Breaker");
export const holdBreakerClosed = breakerCommand("holdBreakerClosed", "Hold Breaker Closed");
export const resetBreaker = breakerCommand("resetBreaker", "Reset Breaker");
export const probeBreaker = breakerCommand("probeBreaker", "Half-Open Breaker Now");

const HOW_LONG = `How long, ${TIME_BY_HAND}`;

/** Opens it for a time that is asked for; then it is reset. */
export const tripBreakerFor: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Trip Breaker For", hasBreaker);
  if (!service) return;
  const typed = await window.showInputBox({
    title: `Trip the breaker of ${service.name}`,
    prompt: HOW_LONG,
    value: "30s",
    ignoreFocusOut: true,
    validateInput: (text) => (parseTimeByHand(text) === undefined ? HOW_LONG : undefined),
  });
  const durationMs = typed === undefined ? undefined : parseTimeByHand(typed);
  if (durationMs === undefined) return;
  await workbench.cluster.request("tripBreaker", { service: service.name, durationMs });
};
