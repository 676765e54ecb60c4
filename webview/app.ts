import type { Snapshot } from "../simulator/protocol/model.ts";
import type { Selection } from "../simulator/protocol/panel.ts";
import { announcer } from "./announcer.ts";
import { emptyState } from "./controls/empty-state.ts";
import { notices } from "./controls/notices.ts";
import { segments } from "./controls/segments.ts";
import { topBar } from "./controls/top-bar.ts";
import { element, setAttribute, setShown } from "./element.ts";
import { graphView } from "./graph/graph.ts";
import { registryStrip } from "./graph/registry-strip.ts";
import { topologyTable } from "./graph/table.ts";
import type { Host } from "./host.ts";
import { inspector } from "./inspector/inspector.ts";
import type { Desk, Moment } from "./part.ts";
import { RateWindow } from "./rates.ts";
import { Scheduler } from "./scheduler.ts";
import { splitter } from "./splitter.ts";
import { State } from "./state.ts";
import { timeline } from "./timeline/timeline.ts";
import { restoreView, type ViewState } from "./view-state.ts";

/** Builds the page and joins it to the host. */
export function mountApp(root: HTMLElement, host: Host): void {
  let view = restoreView(host.savedView());
  /** What is shown while paused; time stands still with it. */
  let paused: { snapshot: Snapshot; now: number } | undefined;
  const rates = new RateWindow();
  const notice = notices();
  const news = announcer();
  const scheduler = new Scheduler(() => {
    draw();
  });
  const state = new State({
    askSnapshot: () => host.hello(),
    changed: () => {
      scheduler.ask();
    },
    happened: (facts) => {
      const { connection } = state;
      if (!paused && connection.kind === "live") graph.animate(facts, connection.snapshot.calls);
    },
    now: () => Date.now(),
  });

  const change = (wanted: Partial<ViewState>) => {
    view = { ...view, ...wanted };
    host.saveView(view);
    scheduler.ask();
  };
  const show = (selection: Selection) => {
    change(selection ? { selection, below: "details" } : { selection });
  };
  const desk: Desk = {
    host,
    client: host.client,
    select: (selection) => {
      show(selection);
      host.selected(selection);
    },
    change,
    redraw: () => {
      scheduler.ask();
    },
    run: (what, action) => {
      action().catch((error: unknown) => {
        notice.say(`Could not ${what}: ${error instanceof Error ? error.message : String(error)}`);
      });
    },
  };

  const bar = topBar(desk, (wanted) => {
    const { connection } = state;
    paused =
      wanted && connection.kind === "live"
        ? { snapshot: connection.snapshot, now: state.now() }
        : undefined;
    scheduler.ask();
  });
  const graph = graphView(desk);
  const registry = registryStrip(desk);
  const table = topologyTable(desk);
  const details = inspector(desk);
  const calls = timeline(desk);
  const empty = emptyState(desk, () => {
    void state.refresh();
  });
  const below = segments<ViewState["below"]>(
    "Below the graph",
    [
      { value: "calls", label: "Calls" },
      { value: "details", label: "Details" },
    ],
    (value) => {
      change({ below: value });
    },
  );
  const page = element(
    "div",
    { class: "page" },
    element("div", { class: "stage" }, graph.element, table.element, registry.element),
    splitter({
      label: "Width of the details",
      orientation: "column",
      size: () => details.element.offsetWidth,
      resized: (px) => {
        change({ inspectorWidthPx: Math.max(280, Math.min(640, px)) });
      },
    }),
    details.element,
    splitter({
      label: "Height of the calls",
      orientation: "row",
      size: () => view.timelineHeightPx,
      resized: (px) => {
        change({ timelineHeightPx: Math.max(96, Math.min(window.innerHeight - 240, px)) });
      },
    }),
    element("div", { class: "below-tabs" }, below.element),
    calls.element,
  );
  root.replaceChildren(bar.element, notice.element, page, empty.element, news.element);

  const draw = () => {
    const { connection } = state;
    const covered = empty.covers(connection);
    empty.update(connection);
    setShown(page, !covered);
    setShown(bar.element, connection.kind === "live");
    if (connection.kind !== "live") {
      paused = undefined;
      rates.clear();
      return;
    }
    const snapshot = paused?.snapshot ?? connection.snapshot;
    const now = paused?.now ?? state.now();
    if (!paused) rates.push(now, snapshot.counters);
    const moment: Moment = { snapshot, rates, view, now, paused: paused !== undefined };
    news.update(connection.snapshot);
    bar.update(moment);
    if (covered) return;
    root.style.setProperty("--timeline-height", `${String(view.timelineHeightPx)}px`);
    root.style.setProperty("--inspector-width", `${String(view.inspectorWidthPx)}px`);
    setAttribute(page, "data-below", view.below);
    setShown(graph.element, view.shown === "graph");
    setShown(table.element, view.shown === "table");
    if (view.shown === "graph") graph.update(moment);
    else table.update(moment);
    registry.update(moment);
    below.update(view.below);
    if (details.element.offsetParent !== null) details.update(moment);
    if (calls.element.offsetParent !== null) calls.update(moment);
  };

  host.listen({
    facts: (batch) => {
      state.apply(batch);
    },
    reset: ({ snapshot, phase }) => {
      paused = undefined;
      rates.clear();
      state.reset(snapshot, phase);
    },
    select: ({ selection }) => {
      show(selection);
    },
    broken: (problem) => {
      notice.say(`A message of the extension was not understood. ${problem}`);
      void state.refresh();
    },
  });
  // What came while the page was hidden may be lost: start over.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void state.refresh();
  });
  scheduler.start();
  void state.refresh();
}
