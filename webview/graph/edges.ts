import { shareText } from "../../simulator/protocol/figure-text.ts";
import { select, type Selection } from "d3";
import { faultText } from "../../simulator/protocol/fault-text.ts";
import type { Selection as Chosen } from "../../simulator/protocol/panel.ts";
import { widthOf } from "../fit-text.ts";
import { formatRate } from "../format.ts";
import type { Tone } from "../words.ts";
import type { Label } from "./edge-label.ts";
import { edgePath, fallbackPath, type EdgePath, type Rect } from "./edge-path.ts";
import { fallbackEdgeId, type GraphEdge } from "./model.ts";
import { BOLT, SHAPES } from "./shapes.ts";

type Layer = Selection<SVGGElement, unknown, null, undefined>;

interface Drawn {
  readonly edge: GraphEdge;
  readonly path: EdgePath;
  readonly fallback: EdgePath | undefined;
  readonly label: string;
  readonly tone: Tone;
}

/**
 * Draws the edges; returns the course of each by its id, and of the fallbacks beside them. What is
 * partitioned has none: nothing gets through there.
 */
export function updateEdges(
  layer: Layer,
  labels: Layer,
  edges: readonly GraphEdge[],
  rects: ReadonlyMap<string, Rect>,
  selection: Chosen,
): Map<string, EdgePath> {
  const drawn = edges.flatMap((edge) => draw(edge, edges, rects) ?? []);
  layer
    .selectAll<SVGGElement, Drawn>("g.edge")
    .data(drawn, ({ edge }) => edge.id)
    .join((enter) => {
      const group = enter.append("g");
      // Wider than the line, so that it can be pointed at.
      group.append("path").attr("class", "edge-hit").attr("role", "button");
      group.append("path").attr("class", "edge-line").attr("pathLength", 100);
      group.append("path").attr("class", "edge-fallback");
      const mark = group.append("g").attr("class", "edge-mark");
      mark.append("circle").attr("r", 7.5);
      mark.append("path");
      mark.append("title");
      return group;
    })
    .each(function ({ edge, path, fallback, tone }) {
      const group = select(this);
      const active = edge.perSecond > 0;
      const { services, faults } = edge;
      const parted = isParted(edge);
      const selected = services !== undefined && isSelected(services, selection);
      const looks = [active && "active", parted && "parted", selected && "selected"];
      group.attr("class", ["edge", edge.kind, `tone-${tone}`, ...looks].filter(Boolean).join(" "));
      const words = faults.map(({ fault }) => faultText(fault)).join(", ");
      group
        .select(".edge-hit")
        .attr("d", services ? path.d : "")
        .attr("data-node", services ? `edge:${services.from}>${services.to}` : null)
        .attr("tabindex", services ? 0 : null)
        .attr("aria-pressed", services ? String(selected) : null)
        .attr(
          "aria-label",
          services
            ? [`${services.from} calls ${services.to}`, spokenLabel(edge), words]
                .filter(Boolean)
                .join(", ")
            : null,
        );
      const middle = path.at(0.5);
      const mark = group
        .select(".edge-mark")
        .attr("display", faults.length > 0 ? null : "none")
        .attr("transform", `translate(${middle.x.toFixed(1)},${middle.y.toFixed(1)})`);
      mark
        .select("path")
        .attr("d", parted ? SHAPES.cross : BOLT)
        .attr("transform", "scale(0.85)");
      mark.select("title").text(words);
      group
        .select(".edge-line")
        .attr("d", path.d)
        .attr("stroke-width", active ? Math.min(5, 2 + Math.log10(1 + edge.perSecond)) : 1.5);
      group.select(".edge-fallback").attr("d", fallback?.d ?? "");
    });
  updateLabels(labels, drawn);
  return new Map(
    drawn.flatMap(({ edge, path, fallback }) => {
      const courses: [string, EdgePath][] = isParted(edge) ? [] : [[edge.id, path]];
      if (fallback) courses.push([fallbackEdgeId(edge.from, edge.to), fallback]);
      return courses;
    }),
  );
}

/** Labels lie beside their line, on the side where a steep line leaves room. */
function updateLabels(layer: Layer, drawn: readonly Drawn[]): void {
  const labels = drawn.flatMap(({ edge, path, fallback, label, tone }) => [
    {
      key: edge.id,
      text: label,
      tone: edge.perSecond > 0 || edge.faults.length > 0 ? tone : "idle",
      at: edge.faults.length > 0 ? besideMark(path.label) : path.label,
    },
    ...(fallback
      ? [
          {
            key: `${edge.id} fallback`,
            text: `fallback ${formatRate(edge.perSecond * edge.fallbackShare)}`,
            tone: "fallback" as const,
            at: fallback.label,
          },
        ]
      : []),
  ]);
  layer
    .selectAll<SVGTextElement, (typeof labels)[number]>("text")
    .data(labels, ({ key }) => key)
    .join("text")
    .attr("class", ({ tone }) => `edge-label tone-${tone}`)
    .attr("x", ({ at }) => at.x)
    .attr("y", ({ at }) => at.y)
    .attr("text-anchor", ({ at }) => at.anchor)
    .text(({ text }) => text);
}

/** A little farther away, where the mark of a fault is in the middle of the line. */
function besideMark({ x, y, anchor }: Label): Label {
  const side = anchor === "start" ? 1 : anchor === "end" ? -1 : 0;
  return { x: x + side * 6, y: side === 0 ? y - 4 : y, anchor };
}

function draw(
  edge: GraphEdge,
  edges: readonly GraphEdge[],
  rects: ReadonlyMap<string, Rect>,
): Drawn | undefined {
  const from = rects.get(edge.from);
  const to = rects.get(edge.to);
  if (!from || !to) return undefined;
  const top = (id: string) => rects.get(id)?.y ?? 0;
  const out = edges
    .filter((other) => other.from === edge.from)
    .sort((a, b) => top(a.to) - top(b.to) || a.kind.localeCompare(b.kind));
  const into = edges
    .filter((other) => other.to === edge.to)
    .sort((a, b) => top(a.from) - top(b.from) || a.kind.localeCompare(b.kind));
  const ports = {
    outIndex: out.indexOf(edge),
    outCount: out.length,
    inIndex: into.indexOf(edge),
    inCount: into.length,
  };
  const below = to.y + to.height / 2 >= from.y + from.height / 2;
  const between = [...rects].flatMap(([id, rect]) =>
    id === edge.from || id === edge.to ? [] : [rect],
  );
  const label = labelOf(edge, to.x - from.x - from.width);
  const answers = edge.kind === "call" && edge.fallbackShare > 0;
  return {
    edge,
    path: edgePath(from, to, ports, between, labelWidth(label)),
    fallback: answers && from.width > 0 ? fallbackPath(from, to, below, between) : undefined,
    label,
    tone: toneOfEdge(edge),
  };
}

function isParted({ faults }: GraphEdge): boolean {
  return faults.some(({ fault }) => fault.kind === "partition");
}

function isSelected(services: { from: string; to: string }, selection: Chosen): boolean {
  return (
    selection !== null &&
    "from" in selection &&
    selection.from === services.from &&
    selection.to === services.to
  );
}

/** Rate and failures; only the latter where the gap has no room for both. No gap: all of it. */
function labelOf(edge: GraphEdge, gap: number): string {
  if (isParted(edge)) return "partitioned";
  const rate = edge.perSecond < 0.05 ? "" : formatRate(edge.perSecond);
  if (edge.kind === "fallback") return rate === "" ? "fallback" : `fallback ${rate}`;
  if (rate === "") return "";
  if (edge.failedShare === 0) return rate;
  const failed = `${shareText(edge.failedShare)} failed`;
  const both = `${rate} · ${failed}`;
  if (gap <= 0) return both;
  const short = `${shareText(edge.failedShare)} ✕`;
  return [both, failed].find((text) => labelWidth(text) <= gap - 6) ?? short;
}

/** The same for those who do not see where it is. */
function spokenLabel(edge: GraphEdge): string {
  return labelOf(edge, 0);
}

/** Digits change all the time; the place of a label must not. */
function labelWidth(label: string): number {
  return widthOf(label.replace(/\d/g, "0"), 11.5);
}

function toneOfEdge(edge: GraphEdge): Tone {
  if (edge.kind === "fallback") return "fallback";
  if (isParted(edge)) return "bad";
  if (edge.perSecond === 0) return "idle";
  const bad = edge.failedShare + edge.fallbackShare;
  return bad >= 0.25 ? "bad" : bad >= 0.03 ? "slow" : "ok";
}
