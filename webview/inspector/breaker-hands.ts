import type { BreakerState } from "../../simulator/protocol/model.ts";
import { button, setEnabled } from "../controls/button.ts";
import { textField } from "../controls/text-field.ts";
import { element, setAttribute, setShown } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { parseTimeByHand, TIME_BY_HAND } from "../../simulator/protocol/time-by-hand.ts";
import { machineLayout } from "./machine-layout.ts";

const OFTEN = [5, 30] as const;

/** What can be done to a breaker by hand; `done` is called with every request. */
export function breakerHands(
  service: string,
  desk: Desk,
  done: () => void,
): Part<{ breaker: BreakerState; now: number }> {
  const ask = (what: string, request: () => Promise<unknown>) => {
    done();
    desk.run(`${what} of ${service}`, request);
  };
  const hand = (
    label: string,
    what: string,
    method: "tripBreaker" | "holdBreakerClosed" | "probeBreaker" | "resetBreaker",
  ) =>
    button({
      label,
      run: () => {
        ask(what, () => desk.client.request(method, { service }));
      },
    });
  const trip = hand("Trip", "trip the breaker", "tripBreaker");
  const hold = hand("Hold closed", "hold the breaker", "holdBreakerClosed");
  const probe = hand("Half-open now", "half-open the breaker", "probeBreaker");
  const reset = hand("Reset", "reset the breaker", "resetBreaker");

  const tripFor = (durationMs: number) => {
    show(false);
    ask("trip the breaker", () => desk.client.request("tripBreaker", { service, durationMs }));
  };
  const field = textField({
    label: "for",
    initial: "2m",
    title: `A time ${TIME_BY_HAND}`,
    width: 58,
  });
  const trips = element(
    "div",
    { class: "form-line trip-for", role: "group", "aria-label": "Trip for" },
    ...OFTEN.map((seconds) =>
      button({
        label: `${String(seconds)}s`,
        title: `Trip it for ${String(seconds)} seconds`,
        run: () => {
          tripFor(seconds * 1000);
        },
      }),
    ),
    field.element,
    button({
      label: "Trip",
      title: "Trip it for the time in the field",
      run: () => {
        const ms = parseTimeByHand(field.value());
        field.complain(ms === undefined ? `Expected a time ${TIME_BY_HAND}.` : undefined);
        if (ms !== undefined) tripFor(ms);
      },
    }),
  );
  const opener = button({
    label: "Trip for…",
    title: "Open it by hand for some time; then it is reset by itself",
    run: () => {
      show(trips.hidden !== false);
    },
  });
  const show = (shown: boolean) => {
    setShown(trips, shown);
    setAttribute(opener, "aria-expanded", String(shown));
  };
  show(false);
  trips.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    show(false);
    opener.focus();
  });
  return {
    element: element(
      "div",
      { class: "hands" },
      element("div", { class: "actions" }, trip, opener, hold, probe, reset),
      trips,
    ),
    update({ breaker, now }) {
      const can = handsOf(breaker, now);
      for (const [target, { enabled, title }] of [
        [trip, can.trip],
        [hold, can.hold],
        [probe, can.probe],
        [reset, can.reset],
      ] as const) {
        setEnabled(target, enabled);
        setAttribute(target, "title", title);
      }
    },
  };
}

interface Hand {
  readonly enabled: boolean;
  readonly title: string;
}

/** What can be done by hand in a state, and what it would do. */
export function handsOf(
  { status, until, probeAt, engine }: BreakerState,
  now: number,
): Record<"trip" | "hold" | "probe" | "reset", Hand> {
  const { trial } = machineLayout(engine);
  const tripped = status === "forced-open" && until === undefined;
  const mayProbe = status === "half-open" || (status === "open" && (probeAt ?? now + 1) <= now);
  return {
    trip: {
      enabled: !tripped,
      title: tripped
        ? "It is tripped already"
        : "Open it by hand: every call is refused until it is reset",
    },
    hold: {
      enabled: status !== "held-closed",
      title:
        status === "held-closed"
          ? "It is held closed already"
          : "Let every call through until it is reset",
    },
    probe: {
      enabled: !mayProbe,
      title: mayProbe
        ? `The next call is the ${trial} already`
        : `Let the next call through as the one ${trial}, whose result decides`,
    },
    reset: {
      enabled: status !== "closed",
      title:
        status === "closed"
          ? "It is closed and on its own already"
          : "Back to closed with an empty window, and on its own again",
    },
  };
}
