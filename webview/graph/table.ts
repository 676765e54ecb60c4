import {
  countdownText,
  durationText,
  percentText,
  shareText,
} from "../../simulator/protocol/figure-text.ts";
import { breakerText } from "../../simulator/protocol/breaker-text.ts";
import { commandStatus } from "../../simulator/protocol/command-status.ts";
import { ENGINE_TITLES, pickersText } from "../../simulator/protocol/engine-titles.ts";
import type { BalancerId, BalancerSpec } from "../../simulator/protocol/spec.ts";
import { faultText } from "../../simulator/protocol/fault-text.ts";
import { element, setShown } from "../element.ts";
import { formatCount, formatName, formatRate } from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { sortedCommands, windowWord } from "../stream-words.ts";
import { breakerWord, conditionOf, faultsOf } from "../words.ts";
import { buildGraph } from "./model.ts";
import { figures, linesTable, type Line, words } from "./lines-table.ts";

/** The same as the graph, as tables. */
export function topologyTable(desk: Desk): Part {
  const services = linesTable("Services", [
    ...words("Service", "Healthy", "Balancer", "Breaker"),
    ...figures("Rate", "p95", "Calls", "Failed", "Fallback"),
    ...words("Faults"),
  ]);
  const instances = linesTable("Instances", [
    ...words("Instance", "State", "Health"),
    ...figures("Pid", "Port", "Lease", "Picks, 10s", "In flight", "p95"),
    ...words("Faults"),
  ]);
  const edges = linesTable("Calls between them, last 10s", [
    ...words("From", "To"),
    ...figures("Rate", "Failed", "Fallback"),
    ...words("Faults"),
  ]);
  const commands = linesTable("Commands of attached streams", [
    ...words("Command", "Breaker", "Stream", "Group"),
    ...figures("Errors", "Requests", "p95"),
  ]);
  const root = element(
    "div",
    { class: "topology-table" },
    services.element,
    instances.element,
    edges.element,
    commands.element,
  );
  let streams: unknown;
  let selected: unknown;
  return {
    element: root,
    update(moment) {
      services.update(serviceLines(moment, desk));
      instances.update(instanceLines(moment, desk));
      edges.update(edgeLines(moment, desk));
      setShown(commands.element, Object.keys(moment.snapshot.streams).length > 0);
      // There may be hundreds, and they change at most twice a second.
      const now = moment.snapshot.streams;
      const { selection } = moment.view;
      if (streams !== now || selected !== selection) commands.update(commandLines(moment, desk));
      streams = now;
      selected = selection;
    },
  };
}

function serviceLines(moment: Moment, desk: Desk): Line[] {
  const {
    snapshot,
    rates,
    now,
    view: { selection },
  } = moment;
  return Object.values(snapshot.services).map(({ name, algorithm, breaker, spec }) => {
    const own = Object.values(snapshot.instances).filter((i) => i.service === name);
    const healthy = own.filter((i) => conditionOf(i).serving).length;
    const counters = snapshot.counters.services[name];
    const outcomes = counters?.outcomes;
    const calls = counters?.calls ?? 0;
    const good = (outcomes?.success ?? 0) + (outcomes?.fallback ?? 0) + (outcomes?.canceled ?? 0);
    const ended = Object.values(outcomes ?? {}).reduce((a, b) => a + b, 0);
    return {
      key: name,
      selected: selection !== null && "service" in selection && selection.service === name,
      select: () => {
        desk.select({ service: name });
      },
      tone: healthy === own.length ? "ok" : "slow",
      cells: [
        name,
        `${String(healthy)} of ${String(own.length)}`,
        balancerWord(algorithm, spec.balancer.engine),
        breaker ? breakerText(breaker, now) : "none",
        formatRate(rates.service(name)),
        counters && counters.p95 > 0 ? durationText(counters.p95) : "",
        formatCount(calls),
        ended > 0 ? shareText((ended - good) / ended) : "",
        formatCount(outcomes?.fallback ?? 0),
        faultsOf(snapshot.faults, { service: name })
          .map((f) => faultText(f.fault))
          .join(", "),
      ],
    };
  });
}

/** `round robin`, `round robin by nginx`. */
function balancerWord(algorithm: BalancerId, engine: BalancerSpec["engine"]): string {
  const names = [...new Set([engine].flat())].map((id) => ENGINE_TITLES[id]);
  const own = pickersText(engine) === undefined;
  return own ? formatName(algorithm) : `${formatName(algorithm)} by ${names.join(", ")}`;
}

function instanceLines({ snapshot, rates, now, view: { selection } }: Moment, desk: Desk): Line[] {
  return Object.values(snapshot.instances).map((instance) => {
    const condition = conditionOf(instance);
    const counters = snapshot.counters.instances[instance.id];
    return {
      key: instance.id,
      selected: selection !== null && "instance" in selection && selection.instance === instance.id,
      select: () => {
        desk.select({ instance: instance.id });
      },
      tone: condition.tone,
      cells: [
        instance.id,
        condition.word,
        instance.health,
        String(instance.pid ?? ""),
        String(instance.port ?? ""),
        instance.lease ? countdownText(instance.lease.expiresAt - now) : "none",
        formatCount(Math.max(0, rates.picks(instance.id))),
        formatCount(counters?.inFlight ?? 0),
        counters && counters.p95 > 0 ? durationText(counters.p95) : "",
        faultsOf(snapshot.faults, { service: instance.service, instance: instance.id })
          .map((f) => faultText(f.fault))
          .join(", "),
      ],
    };
  });
}

function edgeLines({ snapshot, rates, view: { selection } }: Moment, desk: Desk): Line[] {
  const plain = (id: string) => id.replace(/^(service|caller):/, "");
  return buildGraph(snapshot, rates).edges.map((edge) => {
    const { services, faults } = edge;
    return {
      key: edge.id,
      selected:
        services !== undefined &&
        selection !== null &&
        "from" in selection &&
        selection.from === services.from &&
        selection.to === services.to,
      ...(services && {
        select: () => {
          desk.select(services);
        },
      }),
      cells: [
        plain(edge.from),
        plain(edge.to) + (edge.kind === "fallback" ? " (as fallback)" : ""),
        formatRate(edge.perSecond),
        shareText(edge.failedShare),
        shareText(edge.fallbackShare),
        faults.map(({ fault }) => faultText(fault)).join(", "),
      ],
    };
  });
}

function commandLines({ snapshot, view: { selection } }: Moment, desk: Desk): Line[] {
  return Object.values(snapshot.streams).flatMap((stream) =>
    sortedCommands(stream).map((command) => {
      const { word, tone } = breakerWord(commandStatus(command));
      const p95 = command.latency["95"];
      return {
        key: `${stream.id}/${command.name}`,
        selected:
          selection !== null &&
          "stream" in selection &&
          selection.stream === stream.id &&
          selection.command === command.name,
        select: () => {
          desk.select({ stream: stream.id, command: command.name });
        },
        tone,
        cells: [
          command.name,
          word,
          stream.name,
          command.group,
          percentText(Math.round(command.errorPercentage)),
          `${formatCount(command.requestCount)}/${windowWord(command)}`,
          p95 === undefined || command.requestCount === 0 ? "" : durationText(p95),
        ],
      };
    }),
  );
}
