import type {
  ActiveFault,
  BreakerStatus,
  InstanceState,
  Outcome,
} from "../simulator/protocol/model.ts";

/** What a colour stands for; each tone is a class `tone-…` in theme.css. */
export type Tone = "ok" | "bad" | "slow" | "fallback" | "refused" | "info" | "idle";

/** Tone of a call or an attempt by its end; without one it is still under way. */
export function toneOf(outcome: Outcome | undefined): Tone {
  switch (outcome) {
    case "success":
      return "ok";
    case "fallback":
      return "fallback";
    case "failure":
    case "unavailable":
      return "bad";
    case "timeout":
      return "slow";
    case "short-circuit":
    case "rejected":
      return "refused";
    case "canceled":
      return "idle";
    case undefined:
      return "info";
  }
}

const OUTCOMES: Record<Outcome, string> = {
  success: "ok",
  fallback: "fallback",
  failure: "failed",
  timeout: "timeout",
  "short-circuit": "short-circuited",
  rejected: "rejected",
  unavailable: "unavailable",
  canceled: "canceled",
};

/** `ok`, `failed`, `short-circuited`, … */
export function outcomeWord(outcome: Outcome | undefined): string {
  return outcome ? OUTCOMES[outcome] : "running";
}

/** The shapes that tell conditions apart without colour. */
export type Shape =
  "disc" | "ring" | "dashed-ring" | "triangle" | "half" | "bars" | "square" | "cross";

/** The word for an instance of which there is nothing to tell. */
export const HEALTHY = "healthy";

/** How an instance fares, in one word, one colour and one shape. */
export interface Condition {
  readonly word: string;
  readonly tone: Tone;
  readonly shape: Shape;
  /** Whether it is up: it gets calls, unless it was taken out by hand. */
  readonly serving: boolean;
}

/** Phase, health and registration seen together. */
export function conditionOf(instance: InstanceState): Condition {
  const not = (word: string, tone: Tone, shape: Shape): Condition => ({
    word,
    tone,
    shape,
    serving: false,
  });
  switch (instance.phase) {
    case "starting":
      return not("starting", "info", "dashed-ring");
    case "draining":
      return not("draining", "idle", "half");
    case "frozen":
      return not("frozen", "info", "bars");
    case "stopped":
      return not("stopped", "idle", "square");
    case "killed":
      return not("killed", "bad", "cross");
    case "crashed":
      return not("crashed", "bad", "cross");
    case "running":
      if (instance.debugged) {
        // What its checks say does not count meanwhile: it stands still because somebody looks.
        const { registered: serving } = instance;
        return { word: "held by a debugger", tone: "info", shape: "bars", serving };
      }
      if (instance.health === "failing") return not("unhealthy", "slow", "triangle");
      if (instance.health === "unknown") return not("unchecked", "idle", "ring");
      if (!instance.registered) return not("unregistered", "slow", "ring");
      if (instance.admin === "down" || instance.admin === "drain") {
        const word = instance.admin === "down" ? "taken down" : "drained";
        return { word, tone: "idle", shape: "half", serving: true };
      }
      return { word: HEALTHY, tone: "ok", shape: "disc", serving: true };
  }
}

const BREAKERS: Record<BreakerStatus, { readonly word: string; readonly tone: Tone }> = {
  closed: { word: "closed", tone: "ok" },
  open: { word: "open", tone: "bad" },
  "half-open": { word: "half-open", tone: "slow" },
  "forced-open": { word: "forced-open", tone: "bad" },
  "held-closed": { word: "held-closed", tone: "info" },
};

/** Word and colour of a breaker's status. */
export function breakerWord(status: BreakerStatus): { readonly word: string; readonly tone: Tone } {
  return BREAKERS[status];
}

/** Whether it is a program of the user's, that Fuseboard did not start and does not end. */
export function isExternal({ runtime }: InstanceState): boolean {
  return runtime === "external";
}

type Faults = Readonly<Record<string, ActiveFault>>;

/** The faults that touch an instance, its service's included. */
export function faultsOf(
  faults: Faults,
  of: { readonly service: string; readonly instance?: string },
): ActiveFault[] {
  return Object.values(faults).filter(({ target }) => {
    if ("service" in target) return target.service === of.service;
    return "instance" in target && target.instance === of.instance;
  });
}

/** The faults on what one service calls of another; a partition works both ways. */
export function faultsBetween(faults: Faults, from: string, to: string): ActiveFault[] {
  return Object.values(faults).filter(({ target, fault }) => {
    if (!("from" in target)) return false;
    if (target.from === from && target.to === to) return true;
    return fault.kind === "partition" && target.from === to && target.to === from;
  });
}
