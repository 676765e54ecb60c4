import { isRefusing } from "../../simulator/protocol/command-status.ts";
import type { ClusterPhase } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatNumberOf } from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import type { ViewState } from "../view-state.ts";
import { conditionOf } from "../words.ts";
import { button } from "./button.ts";
import { loadControl } from "./load-control.ts";
import { segments } from "./segments.ts";

const TONES: Readonly<Record<ClusterPhase, string>> = {
  stopped: "idle",
  starting: "info",
  running: "ok",
  stopping: "idle",
  failed: "bad",
};

/** Name, state and summary of the cluster; its load; what is shown; start, pause and stop. */
export function topBar(desk: Desk, pause: (paused: boolean) => void): Part {
  let paused = false;
  const name = element("h1");
  const phase = element("span", { class: "pill" });
  const summary = element("span", { class: "muted summary" });
  const load = loadControl(desk);
  const shown = segments<ViewState["shown"]>(
    "View",
    [
      { value: "graph", label: "Graph" },
      { value: "table", label: "Table", title: "The same as tables" },
    ],
    (value) => {
      desk.change({ shown: value });
    },
  );
  const pauser = button({
    label: "Pause",
    title: "Freeze the picture; the cluster goes on",
    run: () => {
      pause(!paused);
    },
  });
  const stop = button({
    label: "Stop cluster",
    title: "Stop all instances gracefully",
    run: () => {
      desk.run("stop the cluster", () => desk.host.stopCluster());
    },
  });
  const clear = button({
    label: "Clear faults",
    title: "Take back every fault that is injected, also those that have not begun yet",
    run: () => {
      desk.run("take all faults back", () => desk.client.request("clearFaults", {}));
    },
  });
  const root = element(
    "header",
    { class: "top-bar" },
    element(
      "div",
      { class: "top-title" },
      element(
        "div",
        { class: "top-names" },
        element("div", { class: "top-name" }, name, phase),
        summary,
      ),
      clear,
    ),
    load.element,
    element("div", { class: "top-actions" }, shown.element, pauser, stop),
  );
  return {
    element: root,
    update(moment) {
      const { snapshot } = moment;
      paused = moment.paused;
      setText(name, snapshot.name || "cluster");
      setText(phase, paused ? "paused" : snapshot.phase);
      setAttribute(phase, "class", `pill tone-${paused ? "slow" : TONES[snapshot.phase]}`);
      setText(summary, summaryOf(moment));
      setAttribute(summary, "title", summary.textContent);
      load.update(moment);
      const callable = Object.keys(snapshot.services).length > 0;
      setShown(load.element, snapshot.phase === "running" && callable);
      shown.update(moment.view.shown);
      setText(pauser, paused ? "Resume" : "Pause");
      setAttribute(pauser, "aria-pressed", String(paused));
      const faults = Object.keys(snapshot.faults).length;
      setText(clear, faults > 0 ? `Clear ${formatNumberOf(faults, "fault")}` : "Clear faults");
      setShown(clear, faults > 0 && snapshot.phase === "running");
      setShown(stop, snapshot.phase === "running" || snapshot.phase === "starting");
    },
  };
}

/** `1 open · 8/9 up · 3 services`: where room is short, what is urgent stays. */
function summaryOf({ snapshot }: Moment): string {
  const services = Object.values(snapshot.services);
  const instances = Object.values(snapshot.instances);
  const up = instances.filter((instance) => conditionOf(instance).serving).length;
  const open = services.filter(
    ({ breaker }) => breaker?.status === "open" || breaker?.status === "forced-open",
  ).length;
  const streams = Object.values(snapshot.streams);
  const elsewhere = streams
    .flatMap(({ commands }) => Object.values(commands))
    .filter(isRefusing).length;
  const problems = Object.keys(snapshot.problems).length;
  return [
    open > 0 ? `${String(open)} open` : "",
    problems > 0 ? formatNumberOf(problems, "problem") : "",
    `${String(up)}/${String(instances.length)} up`,
    formatNumberOf(services.length, "service"),
    elsewhere > 0 ? `${String(elsewhere)} open elsewhere` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
