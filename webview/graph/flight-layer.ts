import type { Selection } from "d3";
import type { EdgePath } from "./edge-path.ts";
import { Flights, type Flight } from "./flights.ts";

/** Thirty pictures a second are smooth enough for dots, and half the work of sixty. */
const LEAST_FRAME_MS = 30;

/**
 * Draws the flights as dots. It asks for animation frames only while something is in the air,
 * and draws nothing at all for those who want less motion.
 */
export class FlightLayer {
  readonly #flights = new Flights();
  readonly #layer: Selection<SVGGElement, unknown, null, undefined>;
  readonly #still = matchMedia("(prefers-reduced-motion: reduce)");
  readonly #dots: SVGCircleElement[] = [];
  #paths: ReadonlyMap<string, EdgePath> = new Map();
  #frame: number | undefined;
  #drawnAt = 0;

  constructor(layer: Selection<SVGGElement, unknown, null, undefined>) {
    this.#layer = layer;
  }

  /** The courses of the edges from now on; dots on their way follow. */
  follow(paths: ReadonlyMap<string, EdgePath>): void {
    this.#paths = paths;
  }

  launch(flights: readonly Flight[]): void {
    if (this.#still.matches || document.visibilityState === "hidden") return;
    for (const flight of flights) if (this.#paths.has(flight.edge)) this.#flights.offer(flight);
    if (this.#frame === undefined) this.#frame = requestAnimationFrame(this.#draw);
  }

  clear(): void {
    this.#flights.clear();
  }

  readonly #draw = (now: number): void => {
    if (now - this.#drawnAt < LEAST_FRAME_MS) {
      this.#frame = requestAnimationFrame(this.#draw);
      return;
    }
    this.#drawnAt = now;
    const flights = this.#flights.at(now);
    let used = 0;
    for (const flight of flights) {
      const share = (now - flight.startsAt) / flight.durationMs;
      const path = this.#paths.get(flight.edge);
      if (!path || share < 0) continue;
      const point = path.at(flight.back ? 1 - share : share);
      const dot = this.#dot(used++);
      dot.setAttribute("class", `flight tone-${flight.tone}${flight.back ? "" : " forth"}`);
      dot.setAttribute("cx", point.x.toFixed(1));
      dot.setAttribute("cy", point.y.toFixed(1));
    }
    for (const dot of this.#dots.splice(used)) dot.remove();
    this.#frame = flights.length > 0 ? requestAnimationFrame(this.#draw) : undefined;
  };

  #dot(index: number): SVGCircleElement {
    const known = this.#dots[index];
    if (known) return known;
    const dot = this.#layer.append("circle").attr("r", 3.4).node();
    if (!dot) throw new Error("An SVG element could not be made.");
    this.#dots.push(dot);
    return dot;
  }
}
