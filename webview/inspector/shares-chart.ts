import { shareText } from "../../simulator/protocol/figure-text.ts";
import { line, curveStepAfter, curveLinear, scaleLinear, select } from "d3";
import { element, setAttribute, setShown, setText } from "../element.ts";
import type { Part } from "../part.ts";
import { seriesClass, seriesNumber } from "./series.ts";
import { sharesScale, spread } from "./shares-scale.ts";
import type { ShareLine, SharePoint, SharesWindow } from "./shares-window.ts";
import type { Spotlight } from "./spotlight.ts";

const WIDTH = 312;
const HEIGHT = 118;
const LEFT = 40;
const RIGHT = 292;
const TOP = 6;
const BOTTOM = 112;
/** Lines that still can be told apart by the numbers at their ends. */
const MOST_NUMBERED = 9;

interface Drawn {
  readonly instance: string;
  readonly tone: string;
  readonly share: string;
  /** Where the line ends, if it goes on until now. */
  readonly endY: number | undefined;
  readonly number: string;
}

/** Shares of the last minute, a line an instance; ideal shares are dashed. */
export function sharesChart(): Part<{ window: SharesWindow; spotlight: Spotlight }> {
  const root = element("div", { class: "shares-chart", role: "img" });
  const svg = select(root)
    .append("svg")
    .attr("viewBox", `0 0 ${String(WIDTH)} ${String(HEIGHT)}`);
  const grid = svg.append("g").attr("class", "grid");
  const ideals = svg.append("g");
  const lines = svg.append("g");
  const ends = svg.append("g");
  const silent = element("p", { class: "muted over" });
  root.append(silent);
  const y = scaleLinear().range([BOTTOM, TOP]);
  const x = scaleLinear().range([LEFT, RIGHT]);
  const draw = (data: readonly ShareLine[], span: NonNullable<SharesWindow["span"]>) => {
    x.domain([span.from, span.to]);
    const most = Math.max(
      0,
      ...data.flatMap(({ points }) => points.map((p) => Math.max(p.share ?? 0, p.ideal))),
    );
    const scale = sharesScale(most);
    y.domain([0, scale.end]);
    const tick = grid
      .selectAll<SVGGElement, number>("g")
      .data([...scale.ticks])
      .join((enter) => {
        const made = enter.append("g");
        made.append("line").attr("x1", LEFT).attr("x2", RIGHT);
        made
          .append("text")
          .attr("x", LEFT - 5)
          .attr("dy", "0.35em")
          .attr("text-anchor", "end");
        return made;
      });
    tick.attr("transform", (share) => `translate(0,${y(share).toFixed(1)})`);
    tick.select("text").text(shareText);
    const shareOf = line<SharePoint>()
      .defined((point) => point.share !== undefined)
      .x((point) => x(point.at))
      .y((point) => y(point.share ?? 0))
      .curve(curveLinear)
      .digits(1);
    const idealOf = line<SharePoint>()
      .x((point) => x(point.at))
      .y((point) => y(point.ideal))
      .curve(curveStepAfter)
      .digits(1);
    return {
      lines: data.map(({ instance, points }, i): Drawn => {
        const last = points.at(-1)?.share;
        return {
          instance,
          tone: seriesClass(instance, i),
          share: shareOf(points) ?? "",
          endY: last === undefined ? undefined : y(last),
          number: seriesNumber(instance, i),
        };
      }),
      ideals: idealPaths(data, (points) => idealOf(points) ?? ""),
    };
  };
  let drawn: { span: SharesWindow["span"]; marks: ReturnType<typeof draw> } | undefined;
  return {
    element: root,
    update({ window, spotlight }) {
      const { span } = window;
      if (span && drawn?.span?.to !== span.to) {
        drawn = { span, marks: draw(window.lines(), span) };
        setAttribute(root, "aria-label", described(window));
      }
      const marks = drawn?.marks;
      const nothing = !marks?.lines.some((one) => one.share !== "");
      setShown(silent, nothing);
      if (nothing) {
        const counted = window.total().picks > 0;
        setText(silent, counted ? "The lines begin in a moment." : "No picks in the last 60s.");
      }
      if (!marks) return;
      ideals
        .selectAll("path")
        .data(nothing ? [] : marks.ideals)
        .join("path")
        .attr("class", (one) => `ideal ${one.tone}${one.of ? spotlight.classOf(one.of) : ""}`)
        .attr("d", (one) => one.d);
      lines
        .selectAll<SVGPathElement, Drawn>("path")
        .data(marks.lines, (one) => one.instance)
        .join("path")
        .attr("class", (one) => `share-line ${one.tone}${spotlight.classOf(one.instance)}`)
        .attr("d", (one) => one.share);
      const numbered = marks.lines.filter((one) => one.endY !== undefined);
      const shown = numbered.length > MOST_NUMBERED ? [] : numbered;
      const places = spread(
        shown.map((one) => one.endY ?? 0),
        11,
        TOP,
        BOTTOM,
      );
      ends
        .selectAll<SVGTextElement, Drawn>("text")
        .data(shown, (one) => one.instance)
        .join("text")
        .attr("class", (one) => `line-end ${one.tone}${spotlight.classOf(one.instance)}`)
        .attr("x", RIGHT + 5)
        .attr("y", (_, i) => (places[i] ?? 0) + 3.5)
        .text((one) => one.number);
    },
  };
}

/** A path for each different ideal; in its instance's colour when it is of one alone. */
function idealPaths(
  data: readonly ShareLine[],
  pathOf: (points: readonly SharePoint[]) => string,
): { d: string; tone: string; of: string | undefined }[] {
  const byPath = new Map<string, { instance: string; index: number }[]>();
  data.forEach(({ instance, points }, index) => {
    const d = pathOf(points);
    byPath.set(d, [...(byPath.get(d) ?? []), { instance, index }]);
  });
  return [...byPath].map(([d, of]) => {
    const alone = of.length === 1 ? of[0] : undefined;
    const tone = alone ? seriesClass(alone.instance, alone.index) : "series-all";
    return { d, tone, of: alone?.instance };
  });
}

function described(window: SharesWindow): string {
  const { portions } = window.total();
  const words = [...portions].map(
    ([instance, { share, ideal }]) => `${instance} ${shareText(share)}, ideal ${shareText(ideal)}`,
  );
  return `Shares of the picks over the last 60s: ${words.join("; ") || "no picks"}.`;
}
