import { durationText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { commandStatus } from "../../simulator/protocol/command-status.ts";
import type { StreamCommand } from "../../simulator/protocol/model.ts";
import { element, setShown, setText } from "../element.ts";
import { formatCount, formatNumberOf } from "../format.ts";
import { shapeIcon } from "../graph/shape-icon.ts";
import type { Desk, Part } from "../part.ts";
import { commandShape, commandText, windowWord } from "../stream-words.ts";
import { breakerWord, type Tone } from "../words.ts";
import { factsList } from "./facts-list.ts";
import { meterRow } from "./meter-row.ts";
import { section } from "./section.ts";

/** One command of another program, as its stream tells of it. */
export function streamCommandInspector(id: string, name: string, desk: Desk): Part {
  const icon = shapeIcon();
  const word = element("span");
  const back = element("button", { type: "button", class: "link" });
  back.addEventListener("click", () => {
    desk.select({ stream: id });
  });
  const text = element("p", { class: "muted" });
  const facts = factsList();
  const counts = element("div", { class: "meters" });
  const countBlock = section("Events", counts);
  const latencies = element("div", { class: "meters" });
  const latencyBlock = section("Latency", latencies);
  const settings = factsList();
  const pool = factsList();
  const poolBlock = section("Thread pool", pool.element);
  const root = element(
    "div",
    {},
    element("h2", {}, name),
    element(
      "p",
      { class: "condition" },
      icon.element,
      word,
      element("span", { class: "muted" }, " of "),
      back,
    ),
    text,
    facts.element,
    countBlock.element,
    latencyBlock.element,
    poolBlock.element,
    section("Settings", settings.element).element,
  );
  settings.element.classList.add("settings-list");
  let drawn: unknown;
  return {
    element: root,
    update({ snapshot }) {
      const stream = snapshot.streams[id];
      const command = stream?.commands[name];
      // Its pool and its stream change also when it does not.
      if (!command || stream === drawn) return;
      drawn = stream;
      const status = commandStatus(command);
      const state = breakerWord(status);
      icon.update(commandShape(status), state.tone);
      setText(word, state.word);
      setText(back, stream.name);
      setText(text, commandText(command));
      facts.update([
        ["group", command.group],
        ["under way", formatCount(command.concurrent)],
        ["errors", `${formatCount(command.errorCount)} of ${formatCount(command.requestCount)}`],
        ...(command.hosts > 1
          ? [["hosts", formatNumberOf(command.hosts, "host")] as [string, string]]
          : []),
      ]);
      setText(countBlock.heading, `Events, last ${windowWord(command)}`);
      drawMeters(counts, countRows(command), "none");
      drawMeters(latencies, latencyRows(command), "none yet");
      const own = stream.pools[command.threadPool ?? command.name];
      setShown(poolBlock.element, own !== undefined);
      if (own) {
        pool.update([
          ["threads", `${formatCount(own.active)} of ${formatCount(own.size)} active`],
          ["queued", formatCount(own.queued)],
          ["executed", formatCount(own.executed)],
          ["rejected", formatCount(own.rejected)],
        ]);
      }
      settings.update(
        Object.entries(command.settings)
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([key, value]) => [key, String(value)]),
      );
    },
  };
}

interface Row {
  readonly name: string;
  readonly share: number;
  readonly text: string;
  readonly tone: Tone;
}

/** The tone of an event by the stream's name of it. */
export function toneOfEvent(event: string): Tone {
  if (/^Success$|FromCache$|^Emit$|^CollapsedRequests$/.test(event)) return "ok";
  if (event.startsWith("Fallback")) return event === "FallbackSuccess" ? "fallback" : "bad";
  if (event === "Timeout") return "slow";
  return /Rejected$|^ShortCircuited$/.test(event) ? "refused" : "bad";
}

function countRows({ rollingCounts }: StreamCommand): Row[] {
  const entries = Object.entries(rollingCounts).filter(([, count]) => count > 0);
  const most = Math.max(1, ...entries.map(([, count]) => count));
  return entries
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([event, count]) => ({
      name: spaced(event),
      share: count / most,
      text: formatCount(count),
      tone: toneOfEvent(event),
    }));
}

/** `SemaphoreRejected` → `semaphore rejected`. */
function spaced(event: string): string {
  return event.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}

function latencyRows({ latency, latencyMean, requestCount }: StreamCommand): Row[] {
  if (requestCount === 0 && latencyMean === 0) return [];
  const most = Math.max(1, ...Object.values(latency));
  const row = (name: string, ms: number): Row => ({
    name,
    share: ms / most,
    text: durationText(ms),
    tone: "info",
  });
  return [
    row("mean", latencyMean),
    ...Object.entries(latency)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([percentile, ms]) => row(`p${percentile}`, ms)),
  ];
}

const meters = new WeakMap<Element, ReturnType<typeof meterRow>>();

function drawMeters(list: HTMLElement, rows: readonly Row[], none: string): void {
  list.setAttribute("data-none", rows.length === 0 ? none : "");
  select(list)
    .selectAll<HTMLElement, Row>(".meter")
    .data([...rows], ({ name }) => name)
    .join((enter) =>
      enter.append(({ name }) => {
        const meter = meterRow(name);
        meters.set(meter.element, meter);
        return meter.element;
      }),
    )
    .order()
    .each(function (row) {
      meters.get(this)?.update(row);
    });
}
