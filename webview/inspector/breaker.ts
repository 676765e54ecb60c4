import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import { button, setEnabled } from "../controls/button.ts";
import { element, setShown, setText } from "../element.ts";
import { formatLeft, formatMs } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { breakerMachine } from "./breaker-machine.ts";
import { breakerWindow } from "./breaker-window.ts";
import type { Poll } from "./poll.ts";
import { section } from "./section.ts";

/** The breaker: its state machine, its window against the rule, why it is so, and the levers. */
export function breakerBlock(service: string, desk: Desk, poll: Poll<ServiceInspection>): Part {
  const machine = breakerMachine();
  const window = breakerWindow();
  const reason = element("p", { class: "reason" });
  const rule = element("p", { class: "muted" });
  const show = element("button", { type: "button", class: "link" }, "Show the calls that failed");
  show.addEventListener("click", () => {
    desk.change({ filter: "failed", filterService: service, below: "calls" });
  });
  const ask = (
    label: string,
    title: string,
    method: "tripBreaker" | "holdBreakerClosed" | "resetBreaker",
  ) =>
    button({
      label,
      title,
      run: () => {
        poll.hurry();
        desk.run(`${label.toLowerCase()} the breaker of ${service}`, () =>
          desk.client.request(method, { service }),
        );
      },
    });
  const trip = ask(
    "Trip",
    "Open it by hand: every call is refused until it is reset",
    "tripBreaker",
  );
  const hold = ask("Hold closed", "Let every call through until it is reset", "holdBreakerClosed");
  const reset = ask("Reset", "Back to closed, and on its own again", "resetBreaker");
  const { element: root, heading } = section(
    "Breaker",
    machine.element,
    window.element,
    reason,
    rule,
    element("div", { class: "actions" }, trip, hold, reset),
    show,
  );
  return {
    element: root,
    update(moment) {
      const state = moment.snapshot.services[service];
      const breaker = state?.breaker;
      setShown(root, breaker !== undefined);
      if (!breaker) return;
      const inspected = poll.value?.breaker;
      setText(heading, `Breaker · ${inspected?.title ?? breaker.engine}`);
      machine.update({ breaker, now: moment.now });
      setShown(window.element, inspected !== undefined);
      if (inspected) {
        window.update({ bars: inspected.window, spec: state.spec.breaker });
      }
      const agoMs = Math.max(0, moment.now - breaker.since);
      // A number and its unit stay on one line.
      const ago = (agoMs < 60_000 ? formatLeft(agoMs) : formatMs(agoMs)).replace(" ", "\u00a0");
      setText(reason, `${breaker.reason.replace(/[.\s]*$/, "")}. In this state for ${ago}.`);
      // The reason may name the rule that was crossed; then it need not be said again.
      const said = inspected === undefined || breaker.reason.includes(inspected.rule);
      setShown(rule, !said);
      setText(rule, said ? "" : sentence(inspected.rule));
      setEnabled(trip, breaker.status !== "forced-open");
      setEnabled(hold, breaker.status !== "held-closed");
      setEnabled(reset, breaker.status !== "closed");
    },
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
