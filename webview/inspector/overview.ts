import { durationText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { isRefusing } from "../../simulator/protocol/command-status.ts";
import type { Problem, ServiceState, StreamState } from "../../simulator/protocol/model.ts";
import type { Selection } from "../../simulator/protocol/panel.ts";
import { button } from "../controls/button.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatRate } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { commandsWord, streamCondition } from "../stream-words.ts";
import { breakerWord, conditionOf } from "../words.ts";
import { factsList } from "./facts-list.ts";
import { faultList } from "./faults.ts";
import { section } from "./section.ts";

/** The cluster as a whole: shown while nothing is selected. */
export function overview(desk: Desk): Part {
  const facts = factsList();
  const services = element("ul", { class: "service-list" });
  const none = element("p", { class: "muted" }, "None yet: add one to the cluster file.");
  const problems = element("ul", { class: "problems" });
  const faults = faultList(desk);
  const clear = button({
    label: "Clear all faults",
    title: "Take all of them back",
    run: () => {
      desk.run("take all faults back", () => desk.client.request("clearFaults", {}));
    },
  });
  const streams = element("ul", { class: "service-list" });
  const streamSection = section("Streams of other programs", streams);
  const problemBlock = section("Problems", problems);
  const faultSection = section("Faults", faults.element, clear);
  const hint = element(
    "p",
    { class: "muted hint" },
    "Select a service, an instance, a line between two services or a call to see its decisions.",
  );
  const root = element(
    "div",
    {},
    element("h2", {}, "Cluster"),
    facts.element,
    problemBlock.element,
    section("Services", services, none).element,
    streamSection.element,
    faultSection.element,
    hint,
  );
  return {
    element: root,
    update({ snapshot, now, rates }) {
      const { registry } = snapshot;
      facts.update([
        ["gateway", snapshot.gateway ?? "not open"],
        ["registry", registry ? `${registry.kind} etcd, ${registry.address}` : "not open"],
        ["revision", String(registry?.revision ?? "none")],
      ]);
      const found = Object.values(snapshot.problems);
      setShown(problemBlock.element, found.length > 0);
      select(problems)
        .selectAll<HTMLLIElement, Problem>("li")
        .data(found, (problem) => problem.key)
        .join("li")
        .attr("class", ({ severity }) => (severity === "error" ? "tone-bad" : "tone-slow"))
        .each(function ({ message }) {
          setText(this, message);
        });
      const empty = Object.keys(snapshot.services).length === 0;
      setShown(none, empty);
      setShown(hint, !empty);
      select(services)
        .selectAll<HTMLLIElement, ServiceState>("li")
        .data(Object.values(snapshot.services), (service) => service.name)
        .join((enter) => enter.append(({ name }) => linkItem(name, desk, { service: name })))
        .each(function ({ name, breaker }) {
          const own = Object.values(snapshot.instances).filter((i) => i.service === name);
          const up = own.filter((instance) => conditionOf(instance).serving).length;
          const counters = snapshot.counters.services[name];
          const [, text, state] = this.children;
          if (text) {
            setText(
              text,
              [
                `${String(up)}/${String(own.length)} up`,
                formatRate(rates.service(name)),
                counters && counters.p95 > 0 ? `p95 ${durationText(counters.p95)}` : "",
              ]
                .filter(Boolean)
                .join(" · "),
            );
          }
          if (state) {
            const word = breaker && breakerWord(breaker.status);
            setText(state, word?.word ?? "");
            setAttribute(state, "hidden", word === undefined);
            setAttribute(state, "class", `pill tone-${word?.tone ?? "idle"}`);
          }
        });
      const attached = Object.values(snapshot.streams);
      setShown(streamSection.element, attached.length > 0);
      select(streams)
        .selectAll<HTMLLIElement, StreamState>("li")
        .data(attached, (stream) => stream.id)
        .join((enter) =>
          enter.append((stream) => linkItem(stream.name, desk, { stream: stream.id })),
        )
        .each(function (stream) {
          const [, text, state] = this.children;
          const open = Object.values(stream.commands).filter(isRefusing).length;
          if (text) setText(text, `${streamCondition(stream).word} · ${commandsWord(stream)}`);
          if (!state) return;
          setText(state, `${String(open)} open`);
          setAttribute(state, "hidden", open === 0);
          setAttribute(state, "class", "pill tone-bad");
        });
      const active = Object.values(snapshot.faults);
      setShown(faultSection.element, active.length > 0);
      setShown(clear, active.length > 1);
      faults.update({ faults: active, now });
    },
  };
}

function linkItem(name: string, desk: Desk, selection: Selection): HTMLLIElement {
  const open = element("button", { type: "button", class: "link" }, name);
  open.addEventListener("click", () => {
    desk.select(selection);
  });
  return element(
    "li",
    {},
    open,
    element("span", { class: "muted" }),
    element("span", { class: "pill" }),
  );
}
