import { select } from "d3";
import { ENGINE_TITLES, pickersText } from "../../simulator/protocol/engine-titles.ts";
import type { BalancerId, BalancerSpec } from "../../simulator/protocol/spec.ts";
import { element, setAttribute, setText } from "../element.ts";
import {
  formatCount,
  formatLeft,
  formatMs,
  formatName,
  formatRate,
  formatShare,
} from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { breakerWord, conditionOf, faultsOf, faultWord } from "../words.ts";
import { buildGraph } from "./model.ts";

interface Line {
  readonly key: string;
  readonly cells: readonly string[];
  readonly select?: () => void;
  readonly selected?: boolean;
  readonly tone?: string;
}

/** The same as the graph, as three tables. */
export function topologyTable(desk: Desk): Part {
  const services = table("Services", [
    "Service",
    "Healthy",
    "Balancer",
    "Breaker",
    "Rate",
    "p95",
    "Calls",
    "Failed",
    "Fallback",
    "Faults",
  ]);
  const instances = table("Instances", [
    "Instance",
    "State",
    "Health",
    "Pid",
    "Port",
    "Lease",
    "Picks, 10 s",
    "In flight",
    "p95",
    "Faults",
  ]);
  const edges = table("Calls between them, last 10 s", [
    "From",
    "To",
    "Rate",
    "Failed",
    "Fallback",
  ]);
  const root = element(
    "div",
    { class: "topology-table" },
    services.element,
    instances.element,
    edges.element,
  );
  return {
    element: root,
    update(moment) {
      services.update(serviceLines(moment, desk));
      instances.update(instanceLines(moment, desk));
      edges.update(edgeLines(moment));
    },
  };
}

function table(caption: string, heads: readonly string[]): Part<readonly Line[]> {
  const body = element("tbody");
  const root = element(
    "table",
    {},
    element("caption", {}, caption),
    element(
      "thead",
      {},
      element("tr", {}, ...heads.map((h) => element("th", { scope: "col" }, h))),
    ),
    body,
  );
  return {
    element: root,
    update(lines) {
      select(body)
        .selectAll<HTMLTableRowElement, Line>("tr")
        .data([...lines], (line) => line.key)
        .join((enter) => enter.append(() => row(heads.length)))
        .order()
        .each(function (line) {
          setAttribute(this, "class", line.selected ? "selected" : undefined);
          line.cells.forEach((text, i) => {
            const cell = this.cells[i];
            const inner = i === 0 ? cell?.querySelector("button") : undefined;
            if (inner && line.select) {
              setText(inner, text);
              inner.onclick = line.select;
              setAttribute(inner, "aria-pressed", String(line.selected === true));
            } else if (cell) setText(cell, text);
            if (i === 1 && cell) setAttribute(cell, "class", line.tone && `tone-${line.tone}`);
          });
        });
    },
  };
}

function row(columns: number): HTMLTableRowElement {
  const first = element(
    "th",
    { scope: "row" },
    element("button", { class: "plain-button", type: "button" }),
  );
  const rest = Array.from({ length: columns - 1 }, () => element("td"));
  return element("tr", {}, first, ...rest);
}

function serviceLines({ snapshot, rates, view: { selection } }: Moment, desk: Desk): Line[] {
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
        breaker ? breakerWord(breaker.status).word : "none",
        formatRate(rates.service(name)),
        counters && counters.p95 > 0 ? formatMs(counters.p95) : "",
        formatCount(calls),
        ended > 0 ? formatShare((ended - good) / ended) : "",
        formatCount(outcomes?.fallback ?? 0),
        faultsOf(snapshot.faults, { service: name })
          .map((f) => faultWord(f.fault))
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
        instance.lease ? formatLeft(instance.lease.expiresAt - now) : "none",
        formatCount(Math.max(0, rates.picks(instance.id))),
        formatCount(counters?.inFlight ?? 0),
        counters && counters.p95 > 0 ? formatMs(counters.p95) : "",
        faultsOf(snapshot.faults, { service: instance.service, instance: instance.id })
          .map((f) => faultWord(f.fault))
          .join(", "),
      ],
    };
  });
}

function edgeLines({ snapshot, rates }: Moment): Line[] {
  const plain = (id: string) => id.replace(/^(service|caller):/, "");
  return buildGraph(snapshot, rates).edges.map((edge) => ({
    key: edge.id,
    cells: [
      plain(edge.from),
      plain(edge.to) + (edge.kind === "fallback" ? " (as fallback)" : ""),
      formatRate(edge.perSecond),
      formatShare(edge.failedShare),
      formatShare(edge.fallbackShare),
    ],
  }));
}
