import { drag, select } from "d3";
import type { Fact } from "../../simulator/protocol/events.ts";
import type { CallTrace } from "../../simulator/protocol/model.ts";
import { button } from "../controls/button.ts";
import { element } from "../element.ts";
import type { Desk, Moment, Part } from "../part.ts";
import type { Arrangement } from "../view-state.ts";
import { Arranger, boundsOf } from "./arranger.ts";
import { Camera } from "./camera.ts";
import type { Rect } from "./edge-path.ts";
import { updateEdges } from "./edges.ts";
import { FlightLayer } from "./flight-layer.ts";
import { listenToKeys } from "./keyboard.ts";
import { COMPACT, ROOMY } from "./measures.ts";
import { buildGraph, type GraphNode } from "./model.ts";
import { flightsOf } from "./moving-calls.ts";
import { drawPlainNode, updatePlainNode } from "./plain-nodes.ts";
import { drawServiceCard, updateServiceCard } from "./service-card.ts";
import { drawStreamCard, updateStreamCard } from "./stream-card.ts";
import { selectionOf } from "./targets.ts";

const COMPACT_BELOW_PX = 860;

/** Whether a node can be selected. */
/** Pause between what is drawn and the buttons below it. */
const TOOLS_GAP = 8;

const isChosen = ({ kind }: GraphNode) => kind === "service" || kind === "stream";

export interface GraphView extends Part {
  /** Lets calls move along the edges. */
  animate(facts: readonly Fact[], calls: readonly CallTrace[]): void;
}

/** The topology as a picture. */
export function graphView(desk: Desk): GraphView {
  const root = element("div", { class: "graph" });
  const svg = select(root)
    .append("svg")
    .attr("role", "group")
    .attr(
      "aria-label",
      "Topology. Tab goes through the nodes, arrow keys go to the next one in a direction, Enter selects, Escape clears.",
    );
  const viewport = svg.append("g");
  const layer = (name: string) => viewport.append("g").attr("class", name);
  const edges = layer("edges");
  const flights = new FlightLayer(layer("flights").attr("aria-hidden", "true"));
  const labels = layer("labels").attr("aria-hidden", "true");
  const nodes = layer("nodes");
  const arranger = new Arranger();
  let moment: Moment | undefined;
  let cluster: string | undefined;
  let touched = false;
  let fitted: string | undefined;
  let rects: ReadonlyMap<string, Rect> = new Map();

  const save = () => {
    if (cluster === undefined || !moment) return;
    const arrangement: Arrangement = { nodes: arranger.saved(), zoom: camera.get(), touched };
    desk.change({ arrangements: { ...moment.view.arrangements, [cluster]: arrangement } });
  };
  const touch = () => {
    touched = true;
    save();
  };
  const camera = new Camera(svg, viewport, { movedByUser: touch });
  const fit = () => {
    // The callers' column belongs to it before anybody called: the first one must not be missed.
    const column = { x: 0, y: 0, width: 1, height: 1 };
    const boxes = [column, ...rects.values()];
    const { clientWidth: width, clientHeight: height } = root;
    camera.fit(boundsOf(boxes), width, height);
    // Above the buttons instead, when they would lie on something.
    const above = tools.offsetTop - TOOLS_GAP;
    const [right, { x, y, k }] = [tools.offsetLeft + tools.offsetWidth, camera.get()];
    const covered = boxes.some(
      (box) => box.x * k + x < right && (box.y + box.height) * k + y > above,
    );
    if (covered && above > height / 2) camera.fit(boundsOf(boxes), width, above + TOOLS_GAP);
  };

  const zoomBy = (factor: number) => () => {
    camera.by(factor);
    touch();
  };
  const tools = element(
    "div",
    { class: "graph-tools", role: "group", "aria-label": "Zoom" },
    button({ label: "−", title: "Zoom out", look: "quiet", run: zoomBy(1 / 1.25) }),
    button({ label: "+", title: "Zoom in", look: "quiet", run: zoomBy(1.25) }),
    button({
      label: "Fit",
      title: "Show the whole topology",
      look: "quiet",
      run: () => {
        fit();
        touch();
      },
    }),
    button({
      label: "Arrange",
      title: "Lay the nodes out anew",
      look: "quiet",
      run: () => {
        arranger.clear();
        touched = false;
        fitted = undefined;
        desk.redraw();
        save();
      },
    }),
  );
  root.append(tools);

  const move = (id: string, dx: number, dy: number) => {
    arranger.move(id, dx, dy);
    desk.redraw();
  };
  /** The node that was dragged last lies above the others. */
  let topmost = "";
  const dragging = drag<SVGGElement, GraphNode>()
    .clickDistance(4)
    .on("start", function () {
      select(this).classed("dragged", true);
    })
    .on("drag", (event: { dx: number; dy: number }, node) => {
      touched = true;
      // Not when it is only pressed: browsers click nothing that was moved in the document.
      topmost = node.id;
      move(node.id, event.dx, event.dy);
    })
    .on("end", function () {
      select(this).classed("dragged", false);
      if (touched) save();
    });

  svg.on("click", (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target.closest("[data-node]") : null;
    desk.select(selectionOf(target));
  });
  listenToKeys(svg, {
    select: desk.select,
    move: (id, dx, dy) => {
      move(id, dx, dy);
      touch();
    },
    zoom: (factor) => {
      zoomBy(factor)();
    },
    fit,
  });
  new ResizeObserver(() => {
    desk.redraw();
  }).observe(root);

  const updateNodes = (graph: readonly GraphNode[], now: Moment, measures: typeof ROOMY) => {
    nodes
      .selectAll<SVGGElement, GraphNode>("g.node")
      .data(
        [...graph].sort((a, b) => Number(a.id === topmost) - Number(b.id === topmost)),
        (node) => node.id,
      )
      .join((enter) => {
        const group = enter
          .append("g")
          .attr("class", "node")
          .attr("data-node", (node) => node.id)
          .attr("tabindex", (node) => (isChosen(node) ? 0 : -1))
          .attr("role", (node) => (isChosen(node) ? "button" : "img"))
          .each(function (node) {
            if (node.kind === "service") drawServiceCard(select(this));
            else if (node.kind === "stream") drawStreamCard(select(this));
            else drawPlainNode(select(this));
          });
        group.call(dragging);
        return group;
      })
      .attr("transform", ({ id }) => {
        const rect = rects.get(id);
        return `translate(${String(rect?.x ?? 0)},${String(rect?.y ?? 0)})`;
      })
      .each(function (node) {
        if (node.kind === "service") updateServiceCard(select(this), node, now, measures);
        else if (node.kind === "stream") updateStreamCard(select(this), node, now, measures);
        else updatePlainNode(select(this), node, now, measures);
      });
  };

  return {
    element: root,
    animate(facts, calls) {
      const services = moment?.snapshot.services;
      const byId = new Map(
        calls.map((call) => {
          const { fallbackOf } = services?.[call.service] ?? {};
          return [call.id, { ...call, fallbackOf }] as const;
        }),
      );
      flights.launch(flightsOf(facts, (id) => byId.get(id), performance.now()));
    },
    update(now) {
      moment = now;
      const { clientWidth: width, clientHeight: height } = root;
      if (width === 0 || height === 0) return;
      if (cluster !== now.snapshot.name) {
        cluster = now.snapshot.name;
        const saved = now.view.arrangements[cluster];
        touched = saved?.touched ?? false;
        arranger.load(touched ? saved : undefined);
        fitted = undefined;
        if (touched && saved?.zoom) camera.set(saved.zoom);
      }
      const graph = buildGraph(now.snapshot, now.rates);
      const measures = width < COMPACT_BELOW_PX ? COMPACT : ROOMY;
      rects = arranger.arrange(graph, measures, touched);
      flights.follow(updateEdges(edges, labels, graph.edges, rects, now.view.selection));
      if (now.paused) flights.clear();
      updateNodes(graph.nodes, now, measures);
      // Fitted when first seen and when the window changes, until the user takes over.
      const window = `${String(width)}×${String(height)}`;
      if (!touched && fitted !== window && graph.nodes.length > 1) {
        fitted = window;
        fit();
      }
    },
  };
}
