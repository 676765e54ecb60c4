import { durationText } from "../../simulator/protocol/figure-text.ts";
import type { ActiveFault, FaultSpec } from "../../simulator/protocol/model.ts";
import { button, setEnabled } from "../controls/button.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatClock, formatCount } from "../format.ts";
import { shapeIcon } from "../graph/shape-icon.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { conditionOf, faultsOf, isExternal } from "../words.ts";
import { instanceBalancerBlock } from "./balancer-hand.ts";
import { factsList } from "./facts-list.ts";
import { faultBlock } from "./faults.ts";
import { healthBlock } from "./health.ts";
import { leaseBlock } from "./lease.ts";
import { logBlock } from "./log.ts";

/** Everything about one instance. */
export function instanceInspector(instance: string, desk: Desk): Part {
  const icon = shapeIcon();
  const word = element("span");
  const service = element("button", { type: "button", class: "link" });
  const exit = element("p", { class: "problem-text tone-bad", role: "status" });
  let frozen: ActiveFault | undefined;
  const inject = (label: string, title: string, fault: FaultSpec) =>
    button({
      label,
      title,
      run: () => {
        desk.run(`${label.toLowerCase()} ${instance}`, () =>
          desk.client.request("injectFault", { target: { instance }, fault }),
        );
      },
    });
  const kill = inject("Kill", "SIGKILL: its lease runs out by itself", { kind: "kill" });
  const freeze = inject("Freeze", "SIGSTOP: it is there but does not answer", { kind: "freeze" });
  const thaw = button({
    label: "Thaw",
    title: "SIGCONT: it goes on",
    run: () => {
      const ids = frozen ? [frozen.id] : [];
      desk.run(`thaw ${instance}`, () => desk.client.request("clearFaults", { ids }));
    },
  });
  const restart = button({
    label: "Restart",
    title: "Stop it gracefully and start it again; start it when it ended",
    run: () => {
      desk.run(`restart ${instance}`, () => desk.client.request("restartInstance", { instance }));
    },
  });
  const notOurs = element(
    "p",
    { class: "muted not-ours" },
    "A program of yours: Fuseboard did not start it, and does not kill, freeze or restart it. Other faults can be injected on the way to it.",
  );
  const debugged = element(
    "p",
    { class: "muted not-ours" },
    "A debugger holds it: meanwhile its checks, its lease and its failures do not count against it.",
  );
  const actions = element("div", { class: "actions" }, kill, freeze, thaw, restart);
  const facts = factsList();
  const blocks = [
    instanceBalancerBlock(instance, desk),
    leaseBlock(instance),
    healthBlock(instance),
    faultBlock({ instance }, desk),
    logBlock(instance, desk),
  ];
  const root = element(
    "div",
    {},
    element("h2", {}, instance),
    element(
      "p",
      { class: "condition" },
      icon.element,
      word,
      element("span", { class: "muted" }, " of "),
      service,
    ),
    exit,
    actions,
    notOurs,
    debugged,
    facts.element,
    ...blocks.map((block) => block.element),
  );
  return {
    element: root,
    update(moment) {
      const state = moment.snapshot.instances[instance];
      if (!state) return;
      const external = isExternal(state);
      setShown(actions, !external);
      setShown(notOurs, external);
      setShown(debugged, state.debugged === true);
      const condition = conditionOf(state);
      icon.update(condition.shape, condition.tone);
      setText(word, condition.word);
      setText(service, state.service);
      service.onclick = () => {
        desk.select({ service: state.service });
      };
      const ended =
        state.phase === "killed" || state.phase === "crashed" || state.phase === "stopped";
      setText(exit, state.exit ?? "");
      setShown(exit, ended && state.exit !== undefined);
      setAttribute(restart, "appearance", ended ? "primary" : "secondary");
      setText(restart, ended ? "Start again" : "Restart");
      frozen = faultsOf(moment.snapshot.faults, { service: state.service, instance }).find(
        (active) => active.fault.kind === "freeze" && "instance" in active.target,
      );
      const canFreeze = moment.snapshot.faultKinds.includes("freeze");
      setShown(freeze, canFreeze && state.phase !== "frozen");
      setShown(thaw, state.phase === "frozen");
      setEnabled(thaw, frozen !== undefined);
      setEnabled(kill, !ended);
      setEnabled(freeze, state.phase === "running");
      facts.update(describe(instance, moment));
      for (const block of blocks) block.update(moment);
    },
  };
}

function describe(instance: string, { snapshot, rates }: Moment): readonly [string, string][] {
  const state = snapshot.instances[instance];
  if (!state) return [];
  const counters = snapshot.counters.instances[instance];
  return [
    [
      "process",
      isExternal(state)
        ? "your own"
        : state.pid === undefined
          ? "none"
          : `pid ${String(state.pid)}`,
    ],
    ["address", state.port === undefined ? "none" : `127.0.0.1:${String(state.port)}`],
    ["runtime", state.runtime],
    ["since", formatClock(state.startedAt)],
    [
      "picks",
      `${formatCount(counters?.picks ?? 0)}, ${formatCount(Math.max(0, rates.picks(instance)))} in 10s`,
    ],
    [
      "answers",
      `${formatCount(counters?.succeeded ?? 0)} ok, ${formatCount(counters?.failed ?? 0)} failed`,
    ],
    ["in flight", formatCount(counters?.inFlight ?? 0)],
    [
      "latency",
      counters && counters.p95 > 0
        ? `p50 ${durationText(counters.p50)}, p95 ${durationText(counters.p95)}`
        : "none yet",
    ],
  ];
}
