import type { Tone } from "../words.ts";

/** One call, or answer, on its way along an edge. */
export interface Flight {
  readonly edge: string;
  readonly tone: Tone;
  /** Whether it goes back, as answers do. */
  readonly back: boolean;
  /** On the page's clock, in ms. */
  readonly startsAt: number;
  readonly durationMs: number;
}

export interface FlightLimits {
  /** In the air at the same time, in all. */
  readonly most: number;
  /** On one edge in one direction. */
  readonly mostPerEdge: number;
  /** Of those, kept free for what went wrong, so that failures are seen at any rate. */
  readonly keptForFailures: number;
}

export const FLIGHT_LIMITS: FlightLimits = { most: 160, mostPerEdge: 12, keptForFailures: 4 };

const ORDINARY: ReadonlySet<Tone> = new Set(["ok", "info", "idle"]);

/** Calls that move along the edges: a sample of bounded size, whatever the rate. */
export class Flights {
  #flights: Flight[] = [];
  readonly #limits: FlightLimits;

  constructor(limits: FlightLimits = FLIGHT_LIMITS) {
    this.#limits = limits;
  }

  /** Takes a flight, or leaves it out because there are enough; says which. */
  offer(flight: Flight): boolean {
    const { most, mostPerEdge, keptForFailures } = this.#limits;
    if (this.#flights.length >= most) return false;
    const beside = this.#flights.filter((f) => f.edge === flight.edge && f.back === flight.back);
    const room = ORDINARY.has(flight.tone) ? mostPerEdge - keptForFailures : mostPerEdge;
    if (beside.length >= room) return false;
    this.#flights.push(flight);
    return true;
  }

  /** Forgets those that have arrived; the rest, also those that have not left yet. */
  at(now: number): readonly Flight[] {
    if (this.#flights.some((flight) => now >= flight.startsAt + flight.durationMs)) {
      this.#flights = this.#flights.filter((f) => now < f.startsAt + f.durationMs);
    }
    return this.#flights;
  }

  clear(): void {
    this.#flights = [];
  }
}
