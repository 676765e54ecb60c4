import { leftText } from "../../simulator/protocol/figure-text.ts";
import { breakerText } from "../../simulator/protocol/breaker-text.ts";
import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import { waitOf } from "../breaker-wait.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { breakerWord } from "../words.ts";
import { breakerHands } from "./breaker-hands.ts";
import { breakerMachine } from "./breaker-machine.ts";
import { breakerWindow } from "./breaker-window.ts";
import type { Poll } from "./poll.ts";
import { scrubber } from "./scrubber.ts";
import { section } from "./section.ts";
import { TransitionHistory } from "./transition-history.ts";
import { windowCalls } from "./window-calls.ts";

/**
 * The breaker: its state machine, its window, the hands on it, and why it opened. The same picture
 * shows what is now and, gone back to, any of the last changes; meanwhile nothing in it moves.
 */
export function breakerBlock(service: string, desk: Desk, poll: Poll<ServiceInspection>): Part {
  const history = new TransitionHistory(async () => {
    const { transitions } = await desk.client.request("breakerTransitions", { service });
    return transitions;
  }, desk.redraw);
  const machine = breakerMachine();
  const window = breakerWindow();
  const calls = windowCalls(desk);
  const look = (position: number) => {
    history.look(position);
    desk.redraw();
  };
  const past = scrubber(look);
  const hands = breakerHands(service, desk, () => {
    poll.hurry();
  });
  const when = element("p", { class: "change" });
  const reason = element("p", { class: "reason" });
  const rule = element("p", { class: "muted" });
  const problem = element("p", { class: "muted" });
  const why = element("button", { type: "button", class: "link" }, "Why did it open?");
  why.addEventListener("click", () => {
    const { lastOpening } = history;
    if (lastOpening === undefined) return;
    look(lastOpening);
    // The link is gone now; the keys go on from where it led.
    past.focus();
  });
  const picture = element(
    "div",
    { class: "breaker-picture" },
    machine.element,
    past.element,
    when,
    reason,
    why,
    window.element,
    calls.element,
    rule,
  );
  const { element: root, heading } = section("Breaker", hands.element, picture, problem);

  /** What is now. */
  const showNow = (moment: Moment) => {
    const { breaker, spec } = moment.snapshot.services[service] ?? {};
    if (!breaker) return;
    const inspected = poll.value?.breaker;
    const { engine, status } = breaker;
    machine.update({ engine, status, wait: waitOf(breaker, spec?.breaker), now: moment.now });
    setText(reason, `${sentence(breaker.reason)} In this state for ${agoText(moment, breaker)}.`);
    setShown(when, false);
    setShown(calls.element, false);
    setShown(why, history.lastOpening !== undefined);
    setShown(window.element, inspected !== undefined);
    if (inspected) window.update({ window: inspected.window, at: moment.now, live: true });
    // The reason may name the rule that was crossed; then it need not be said again.
    const said = inspected === undefined || breaker.reason.includes(inspected.rule);
    setShown(rule, !said);
    setText(rule, said ? "" : sentence(inspected.rule));
  };

  /** A change of the past: drawn once, then left alone. */
  const showThen = () => {
    const transition = history.transition;
    if (!transition) return;
    const { engine, from, to, at } = transition;
    machine.update({ engine, status: to, from, now: at });
    setText(when, `${formatClock(at)}: ${breakerWord(from).word} → ${breakerWord(to).word}`);
    setAttribute(when, "class", `change tone-${breakerWord(to).tone}`);
    setText(reason, sentence(transition.reason));
    setShown(when, true);
    setShown(why, false);
    setShown(rule, false);
    setShown(window.element, true);
    window.update({ window: transition.window, at, live: false });
    setShown(calls.element, true);
    calls.update(transition);
  };

  return {
    element: root,
    update(moment) {
      const breaker = moment.snapshot.services[service]?.breaker;
      setShown(root, breaker !== undefined);
      if (!breaker) return;
      if (!moment.paused) history.tick(breaker.transitions);
      const title = poll.value?.breaker?.title ?? breaker.engine;
      setText(heading, `Breaker · ${title}`);
      setAttribute(heading, "title", breakerText(breaker, moment.now));
      hands.update({ breaker, now: moment.now });
      const { transitions, position } = history;
      past.update({ transitions, position });
      setShown(past.element, transitions.length > 0);
      setText(problem, history.problem ?? "");
      setShown(problem, history.problem !== undefined);
      const frozen = history.transition !== undefined;
      setAttribute(picture, "class", `breaker-picture${frozen ? " past" : ""}`);
      if (frozen) showThen();
      else showNow(moment);
    },
  };
}

/** How long it has been so, in whole seconds: tenths would only be restless. */
function agoText({ now }: Moment, { since }: { readonly since: number }): string {
  const ms = Math.max(0, now - since);
  return leftText(ms);
}

function sentence(text: string): string {
  const end = text.replace(/[.\s]*$/, "");
  return `${end.charAt(0).toUpperCase()}${end.slice(1)}${/[!?]$/.test(end) ? "" : "."}`;
}
