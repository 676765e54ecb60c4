import type { HaproxyServer } from "./haproxy-server.ts";
import type { SlowStart } from "./slow-start.ts";

/** HAProxy's largest weight. */
const LARGEST = 256;

/** Whether calls may be balanced to a server, and with which weight. */
export interface ServerState {
  readonly usable: boolean;
  readonly effective: number;
}

/**
 * What a weight counts: sixteen times as much where weights may grow slowly, else divided by what
 * all of them had in common at the start.
 */
export class EffectiveWeights {
  readonly #dynamic: boolean;
  readonly #slowStart: SlowStart;
  #divisor = 1;

  constructor(dynamic: boolean, slowStart: SlowStart) {
    this.#dynamic = dynamic;
    this.#slowStart = slowStart;
  }

  begin(servers: readonly HaproxyServer[]): void {
    if (this.#dynamic) return;
    this.#divisor = servers.map(weightOf).reduce(commonDivisor, 0) || 1;
  }

  stateOf(server: HaproxyServer): ServerState {
    const weight = weightOf(server);
    const effective = this.#dynamic
      ? weight * this.#slowStart.sixteenthsOf(server)
      : Math.ceil(weight / this.#divisor);
    const isUp = server.present && server.member.excluded === undefined;
    return { usable: isUp && effective > 0, effective };
  }
}

function weightOf({ member }: HaproxyServer): number {
  return Math.min(Math.max(0, Math.floor(member.weight)), LARGEST);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
