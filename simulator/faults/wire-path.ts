import {
  type FaultyPassage,
  type FaultyPath,
  type PassingExchange,
  type PassingRequest,
  type WireResponse,
} from "../call/contract.ts";
import type { Random } from "../kernel/random.ts";
import type { FaultConditions, FaultTarget } from "../protocol/model.ts";
import type { WireEffect, WireFaultKind, WireStage } from "./contract.ts";
import { matcherOf, type Matches } from "./matching.ts";

/** What a fault does, and what decides whether it touches what it matches. */
interface Chance {
  readonly chance: Random;
  readonly effect: WireEffect;
}

/** One fault at work on the wire. */
export interface WireFault {
  readonly kind: WireFaultKind;
  readonly target: FaultTarget;
  readonly conditions: FaultConditions | undefined;
  readonly attempts: Chance;
  /** Of its own for health checks, which take nothing from the sequence of the attempts. */
  readonly checks: Chance;
  /** Aborted when it was taken back: it touches nobody who was held up on the way to it. */
  readonly over: AbortSignal;
  touched(): void;
}

/** A health check as faults see it. */
export interface PassingCheck {
  readonly instance: string;
  readonly service: string;
  /** Path of the `GET`; undefined: it only connects. */
  readonly path: string | undefined;
}

interface Placed extends WireFault {
  readonly matches: Matches | undefined;
}

/** From the caller to the instance. */
const STAGES: readonly WireStage[] = ["connection", "delay", "body", "answer"];

/** The faults on the way to all instances, in the order in which an attempt meets them. */
export class WirePath implements FaultyPath {
  #faults: readonly Placed[] = [];

  /** Everything that is at work from now on. */
  place(faults: readonly WireFault[]): void {
    this.#faults = faults
      .map((fault) => ({ ...fault, matches: matcherOf(fault.conditions?.match) }))
      .sort((a, b) => STAGES.indexOf(a.kind.stage) - STAGES.indexOf(b.kind.stage));
  }

  pass(instance: string, request: PassingRequest, path: string): FaultyPassage | undefined {
    if (this.#faults.length === 0) return undefined;
    const faults = this.#faults.filter(
      (fault) => isOnWay(fault, instance, request) && (fault.matches?.(request, path) ?? true),
    );
    if (faults.length === 0) return undefined;
    return { carry: (exchange) => carry(faults, exchange) };
  }

  refuses(instance: string, service: string): boolean {
    return this.#faults.some(
      ({ kind, target, conditions, matches }) =>
        kind.id === "refuse-connections" &&
        isTarget(target, instance, service) &&
        !matches &&
        (conditions?.probability ?? 1) === 1,
    );
  }

  /**
   * What the faults make of a health check: resolves, maybe later, or rejects with a WireError, or
   * with the signal's reason.
   */
  async check({ instance, service, path }: PassingCheck, signal: AbortSignal): Promise<void> {
    const request = { service, method: "GET", headers: [], caller: { kind: "external" } } as const;
    for (const fault of this.#faults) {
      const { kind, target, matches, conditions, checks } = fault;
      const isHit =
        kind.checks === "connection" || (kind.checks === "answer" && path !== undefined);
      if (!isHit || !isTarget(target, instance, service)) continue;
      // A check is nobody's call.
      if (conditions?.match?.caller !== undefined) continue;
      if (!(matches?.(request, path ?? "/") ?? true)) continue;
      if (!happens(fault, checks)) continue;
      const nothing = () => undefined;
      const exchange = { instance, sent: nothing, touched: nothing, send: passed, signal };
      await checks.effect.strike()?.(exchange, passed);
    }
  }
}

/** One after the other around the exchange; who stands further in may not be reached. */
function carry(faults: readonly Placed[], exchange: PassingExchange): Promise<WireResponse> {
  const { signal } = exchange;
  const from = (index: number): Promise<WireResponse> => {
    // It was given up while a fault held it up.
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    for (let i = index; i < faults.length; i++) {
      const fault = faults[i];
      if (!fault || !happens(fault, fault.attempts)) continue;
      const around = fault.attempts.effect.strike();
      if (!around) continue;
      exchange.touched(fault.kind.id);
      fault.touched();
      return around(exchange, () => from(i + 1));
    }
    return exchange.send();
  };
  return from(0);
}

function happens({ conditions, over }: WireFault, { chance }: Chance): boolean {
  if (over.aborted) return false;
  const { probability = 1 } = conditions ?? {};
  return probability >= 1 || chance.next() < probability;
}

function isTarget(target: FaultTarget, instance: string, service: string): boolean {
  if ("instance" in target) return target.instance === instance;
  return "service" in target && target.service === service;
}

/** Whether an attempt is on the way that a fault works on. */
function isOnWay({ target, kind }: Placed, instance: string, request: PassingRequest): boolean {
  if (!("from" in target)) return isTarget(target, instance, request.service);
  const { caller, service } = request;
  if (caller.kind !== "instance") return false;
  const { from, to } = target;
  const back = kind.betweenServices === true && caller.service === to && service === from;
  return back || (caller.service === from && service === to);
}

function passed(): Promise<WireResponse> {
  const nothing = { status: 200, headers: [], body: Buffer.alloc(0) };
  return Promise.resolve({ ...nothing, done: Promise.resolve(true), discard: () => undefined });
}
