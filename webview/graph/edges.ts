import { select, type Selection } from "d3";
import { formatRate, formatShare } from "../format.ts";
import type { Tone } from "../words.ts";
import { edgePath, fallbackPath, type EdgePath, type Rect } from "./edge-path.ts";
import { fallbackEdgeId, type GraphEdge } from "./model.ts";

type Layer = Selection<SVGGElement, unknown, null, undefined>;

interface Drawn {
  readonly edge: GraphEdge;
  readonly path: EdgePath;
  readonly fallback: EdgePath | undefined;
  readonly label: string;
  readonly tone: Tone;
}

/** Draws the edges; returns the course of each by its id, and of the fallbacks beside them. */
export function updateEdges(
  layer: Layer,
  edges: readonly GraphEdge[],
  rects: ReadonlyMap<string, Rect>,
): Map<string, EdgePath> {
  const drawn = edges.flatMap((edge) => draw(edge, edges, rects) ?? []);
  layer
    .selectAll<SVGGElement, Drawn>("g.edge")
    .data(drawn, ({ edge }) => edge.id)
    .join((enter) => {
      const group = enter.append("g");
      group.append("path").attr("class", "edge-line");
      group.append("path").attr("class", "edge-fallback");
      group.append("text").attr("class", "edge-label").attr("text-anchor", "middle");
      group.append("text").attr("class", "edge-label tone-fallback").attr("text-anchor", "middle");
      return group;
    })
    .each(function ({ edge, path, fallback, label, tone }) {
      const group = select(this);
      const active = edge.perSecond > 0;
      group.attr("class", `edge ${edge.kind} tone-${tone}${active ? " active" : ""}`);
      group
        .select(".edge-line")
        .attr("d", path.d)
        .attr("stroke-width", active ? Math.min(5, 2 + Math.log10(1 + edge.perSecond)) : 1.5);
      group.select(".edge-fallback").attr("d", fallback?.d ?? "");
      group
        .select(".edge-label")
        .attr("x", path.label.x)
        .attr("y", path.label.y - 9)
        .text(label);
      group
        .select(".edge-label.tone-fallback")
        .attr("x", fallback ? fallback.at(0.45).x : 0)
        .attr("y", fallback ? fallback.at(0.45).y + 16 : 0)
        .text(fallback ? `fallback ${formatRate(edge.perSecond * edge.fallbackShare)}` : "");
    });
  return new Map(
    drawn.flatMap(({ edge, path, fallback }) => {
      const course: [string, EdgePath] = [edge.id, path];
      return fallback ? [course, [fallbackEdgeId(edge.from, edge.to), fallback]] : [course];
    }),
  );
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
  const answers = edge.kind === "call" && edge.fallbackShare > 0;
  return {
    edge,
    path: edgePath(from, to, ports),
    fallback: answers && from.width > 0 ? fallbackPath(from, to, below) : undefined,
    label: labelOf(edge),
    tone: toneOfEdge(edge),
  };
}

function labelOf(edge: GraphEdge): string {
  if (edge.kind === "fallback") return "fallback";
  if (edge.perSecond < 0.05) return "";
  const rate = formatRate(edge.perSecond);
  return edge.failedShare > 0 ? `${rate} · ${formatShare(edge.failedShare)} failed` : rate;
}

function toneOfEdge(edge: GraphEdge): Tone {
  if (edge.kind === "fallback") return "fallback";
  if (edge.perSecond === 0) return "idle";
  const bad = edge.failedShare + edge.fallbackShare;
  return bad >= 0.25 ? "bad" : bad >= 0.03 ? "slow" : "ok";
}
