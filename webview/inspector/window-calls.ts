import { select } from "d3";
import type { BreakerTransition, WindowCall } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { outcomeWord, toneOf } from "../words.ts";

/** The calls in a window in their order, a mark each; a click opens the trace of one. */
export function windowCalls(desk: Desk): Part<BreakerTransition> {
  const marks = element("div", {
    class: "marks",
    role: "group",
    "aria-label": "Calls in the window",
  });
  const readout = element("p", { class: "muted readout", role: "status" });
  const head = element("p", { class: "marks-head" });
  const root = element("div", { class: "window-calls" }, head, marks, readout);
  let shown: BreakerTransition | undefined;
  let pointed: WindowCall | undefined;
  /** What the last click came to, by call. */
  let answer: { readonly call: string; readonly text: string } | undefined;

  const tell = () => {
    if (!shown) return;
    const call = pointed ?? crossingOf(shown);
    const missing = call && answer?.call === call.call ? ` ${answer.text}` : "";
    setText(readout, call ? callText(call, shown) + missing : "");
  };
  const point = (call: WindowCall | undefined) => {
    pointed = call;
    tell();
  };
  const open = ({ call }: WindowCall) => {
    desk.run("open the call", async () => {
      const { calls } = await desk.client.request("trace", { call });
      if (calls.some(({ id }) => id === call)) {
        desk.select({ call });
        return;
      }
      answer = { call, text: "It is no longer kept: only the last 10,000 calls are." };
      tell();
    });
  };
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const all = [...marks.querySelectorAll("button")];
    const at = all.findIndex((mark) => mark === event.target);
    const next = all[at + step];
    if (step === 0 || at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  };
  marks.addEventListener("keydown", move);

  return {
    element: root,
    update(transition) {
      if (shown === transition) return;
      shown = transition;
      pointed = undefined;
      answer = undefined;
      const { calls, window } = transition;
      const crossing = crossingOf(transition);
      setShown(root, calls.length > 0);
      setText(head, headText(calls.length, calls.filter(({ error }) => error).length, window));
      const entry = crossing ?? calls.at(-1);
      select(marks)
        .selectAll<HTMLButtonElement, WindowCall>("button")
        .data([...calls])
        .join((enter) =>
          enter
            .append(() => element("button", { type: "button" }))
            .each(function () {
              // One listener for what the mark stands for at the time.
              this.addEventListener("focus", () => {
                point(select<HTMLButtonElement, WindowCall>(this).datum());
              });
              this.addEventListener("mouseenter", () => {
                point(select<HTMLButtonElement, WindowCall>(this).datum());
              });
              this.addEventListener("mouseleave", () => {
                point(undefined);
              });
              this.addEventListener("click", () => {
                open(select<HTMLButtonElement, WindowCall>(this).datum());
              });
            }),
        )
        .attr("class", (call) => markClass(call, call === crossing))
        .each(function (call) {
          setAttribute(this, "tabindex", call === entry ? 0 : -1);
          setAttribute(this, "aria-label", callText(call, transition));
        });
      tell();
    },
  };
}

function markClass({ outcome, error }: WindowCall, crossing: boolean): string {
  const look = error ? " error" : "";
  return `mark tone-${toneOf(outcome)}${look}${crossing ? " crossing" : ""}`;
}

/** What made it change: of a call that was tried several times, the last one in the window. */
function crossingOf({
  calls,
  call: crossing,
}: Pick<BreakerTransition, "calls" | "call">): WindowCall | undefined {
  return calls.findLast(({ call }) => call === crossing);
}

/** `24 calls in the window, 14 count as errors`, with how many are kept when not all are. */
export function headText(
  kept: number,
  errors: number,
  { requests }: BreakerTransition["window"],
): string {
  const all = Math.max(kept, requests);
  const which =
    all > kept
      ? `The last ${String(kept)} of ${String(all)} calls in the window`
      : `${String(kept)} ${kept === 1 ? "call" : "calls"} in the window`;
  const counted = errors === 1 ? "1 counts as an error" : `${String(errors)} count as errors`;
  return `${which}, ${counted}`;
}

/** `14:02:11.300 payments-2: timeout. This one made it open.` */
export function callText(
  mark: WindowCall,
  transition: Pick<BreakerTransition, "calls" | "call" | "to">,
): string {
  const { at, instance, outcome, error } = mark;
  const where = instance === undefined ? "" : ` ${instance}`;
  const counts =
    error && outcome === "success"
      ? ", counts as an error"
      : !error && outcome !== "success"
        ? ", does not count as an error"
        : "";
  const made = mark === crossingOf(transition) ? `. This one made it ${transition.to}` : "";
  return `${formatClock(at)}${where}: ${outcomeWord(outcome)}${counts}${made}.`;
}
