import { VirtualClock } from "../../simulator/offline/virtual-clock.ts";
import type { BreakerSpecOf } from "../../simulator/protocol/breaker-spec.ts";
import { GoHystrix } from "../../simulator/protocol/hystrix-spec.ts";
import type { Engine, PermitEnd } from "../../simulator/resilience/breakers/contract.ts";
import { hystrixGo } from "../../simulator/resilience/breakers/hystrix-go/hystrix-go.ts";
import { hystrixGoFormat } from "../../simulator/streams/hystrix-go-format.ts";
import { eventText, type Fields } from "../../simulator/streams/stream-format.ts";
import type { Played } from "./hystrix-go.ts";
import type { Timeline, TimelineStep } from "./hystrix-go-timeline.ts";

/** What becomes of a step, as long as it is not over. */
type Playing = { -readonly [Key in keyof Played]: Played[Key] };

/** The state after each step, with `!` when it was let in. */
export function statesOf(played: readonly Played[]): string[] {
  return played.map(({ state, admitted }) => `${state}${admitted ? "!" : ""}`);
}

/** What our engine makes of a timeline, in the player's words. */
export async function playOurs({ settings, steps }: Timeline): Promise<Played[]> {
  const clock = new VirtualClock();
  const spec = GoHystrix.parse({
    engine: "hystrix-go",
    timeout: settings.timeout,
    maxConcurrentRequests: settings.max_concurrent_requests,
    requestVolumeThreshold: settings.request_volume_threshold,
    sleepWindow: settings.sleep_window,
    errorPercentThreshold: settings.error_percent_threshold,
  });
  const engine = hystrixGo.create(spec, {
    clock,
    changed: () => undefined,
    counted: () => undefined,
  });
  const results: Playing[] = [];
  for (const step of steps) {
    await clock.advanceTo(step.at / 1000);
    const result: Playing = { admitted: false, state: "" };
    results.push(result);
    if (step.do === undefined) call(step, result, engine, clock);
    else byHand(step.do, result, engine, spec);
    result.state = engine.status;
  }
  await clock.runUntil(() => false);
  return results;
}

function call(step: TimelineStep, result: Playing, engine: Engine, clock: VirtualClock): void {
  const { fallback = "", takes = 0, ok = false, cancel } = step;
  const failed = (error: string) => {
    if (fallback === "") {
      result.error = error;
      return;
    }
    result.cause = error;
    engine.fallback?.()?.ended(fallback === "succeeds");
    if (fallback === "fails") result.error = engine.fallbackError?.("fallback too", error) ?? "";
  };
  const admission = engine.admit();
  if (admission.kind === "refused") failed(admission.error);
  if (admission.kind !== "admitted") return;
  result.admitted = true;
  const { permit } = admission;
  const { limit } = permit;
  let isOver = false;
  const end = (how: PermitEnd, error: string) => {
    if (isOver) return;
    isOver = true;
    permit.ended(how);
    if (how !== "success") failed(error);
  };
  if (limit) clock.after(limit.ms, () => end("timeout", limit.error));
  if (cancel !== undefined) clock.after(cancel / 1000, () => end("canceled", "context canceled"));
  clock.after(takes / 1000, () => end(ok ? "success" : "failure", "run failed"));
}

function byHand(
  what: NonNullable<TimelineStep["do"]>,
  result: Playing,
  engine: Engine,
  spec: BreakerSpecOf<"hystrix-go">,
): void {
  switch (what) {
    case "force-open":
      engine.force("open");
      break;
    case "release":
      engine.force(undefined);
      break;
    case "reset":
      engine.reset();
      break;
    case "metrics": {
      const metrics = engine.metrics?.();
      if (!metrics) throw new Error("The engine has no metrics.");
      const { status } = engine;
      const circuits = [{ name: "command", spec, status, metrics }];
      const [command, pool] = hystrixGoFormat.round(circuits, 0);
      result.command = parsed(command);
      result.pool = parsed(pool);
    }
  }
}

/** The data of an event. */
function parsed(fields: Fields = []): Record<string, unknown> {
  const text = eventText(hystrixGoFormat, fields).slice(hystrixGoFormat.prefix.length);
  return JSON.parse(text) as Record<string, unknown>;
}
