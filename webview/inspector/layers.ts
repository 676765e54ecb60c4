import { select } from "d3";
import type { LayerPicture } from "../../simulator/protocol/layer-model.ts";
import type { ServiceInspection } from "../../simulator/protocol/requests.ts";
import { element, setShown, setText } from "../element.ts";
import { formatCount, formatFigure } from "../format.ts";
import type { Part } from "../part.ts";
import type { Tone } from "../words.ts";
import type { Poll } from "./poll.ts";
import { section } from "./section.ts";

/** The layers around a service's attempts, each drawn inside the one that it is called by. */
export function layersBlock(poll: Poll<ServiceInspection>): Part {
  const list = element("ol", { class: "layers", "aria-label": "Layers, the outermost first" });
  const core = element("p", { class: "layer-core" }, "attempt at an instance");
  const none = element("p", { class: "muted" }, "An attempt goes to an instance as it is.");
  const { element: root } = section("Layers", list, core, none);
  let drawn: readonly LayerPicture[] | undefined;
  return {
    element: root,
    update() {
      const layers = poll.value?.layers;
      setShown(root, layers !== undefined);
      if (!layers || layers === drawn) return;
      drawn = layers;
      setShown(none, layers.length === 0);
      setShown(list, layers.length > 0);
      setShown(core, layers.length > 0);
      core.style.setProperty("--depth", String(layers.length));
      select(list)
        .selectAll<HTMLLIElement, LayerPicture>("li")
        .data([...layers], ({ id }) => id)
        .join((enter) => enter.append(() => layerItem()))
        .order()
        .each(function (layer, i) {
          this.style.setProperty("--depth", String(i));
          updateLayer(this, layer);
        });
    },
  };
}

function layerItem(): HTMLLIElement {
  return element(
    "li",
    { class: "layer" },
    element(
      "div",
      { class: "layer-head" },
      element("span", { class: "layer-name" }),
      element("span", { class: "figure layer-entered" }),
      element("span", { class: "muted layer-settings" }),
    ),
    element("div", { class: "stack thin", "aria-hidden": "true" }),
    element("p", { class: "layer-figures" }),
  );
}

function updateLayer(item: HTMLLIElement, layer: LayerPicture): void {
  const [head, bar, figures] = item.children;
  const [name, entered, settings] = head?.children ?? [];
  if (name) setText(name, layer.title);
  if (settings) setText(settings, layer.settings);
  if (entered) {
    setText(entered, `${formatCount(layer.entered)} entered`);
  }
  const portions = portionsOf(layer);
  if (bar) {
    select(bar)
      .selectAll<HTMLDivElement, Portion>("div")
      .data(
        portions.filter(({ count }) => count > 0),
        ({ word }) => word,
      )
      .join("div")
      .order()
      .attr("class", ({ tone }) => `tone-${tone}`)
      .style("flex-grow", ({ count }) => String(count));
  }
  if (figures) {
    select(figures)
      .selectAll<HTMLSpanElement, Portion>("span")
      .data(
        [
          ...portions.filter(({ count, always }) => always === true || count > 0),
          ...ownFigures(layer),
        ],
        ({ word }) => word,
      )
      .join("span")
      .order()
      .attr("class", ({ tone }) => (tone === undefined ? "own" : `key tone-${tone}`))
      .each(function ({ word, count }) {
        setText(this, `${formatFigure(count)} ${word}`);
      });
  }
}

interface Portion {
  readonly word: string;
  readonly count: number;
  /** Absent: a figure that only this layer has. */
  readonly tone?: Tone;
  readonly always?: boolean;
}

/** How the passes of a layer ended; what it refused itself is told apart from what failed within. */
export function portionsOf(layer: LayerPicture): Portion[] {
  const { succeeded, failed, refused, inside } = layer;
  return [
    { word: "ok", count: succeeded, tone: "ok", always: true },
    { word: "failed", count: Math.max(0, failed - refused), tone: "bad" },
    { word: "refused", count: refused, tone: "refused" },
    { word: "inside", count: inside, tone: "info" },
  ];
}

/** Of figures that count something, each as it is called when it is one. */
const ONE: Readonly<Record<string, string>> = {
  retries: "retry",
  timeouts: "timeout",
  hedges: "hedge",
  tokens: "token",
  changes: "change",
};

function figureWord(name: string, value: number): string {
  // As the history of the breaker calls them.
  const word = name === "transitions" ? "changes" : name;
  return value === 1 ? (ONE[word] ?? word) : word;
}

function ownFigures({ figures }: LayerPicture): Portion[] {
  return figures.map(({ name, value }) => ({ word: figureWord(name, value), count: value }));
}
