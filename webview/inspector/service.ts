import { durationText } from "../../simulator/protocol/figure-text.ts";
import { button } from "../controls/button.ts";
import { element, setShown, setText } from "../element.ts";
import { formatRate } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { conditionOf } from "../words.ts";
import { balancerBlock } from "./balancer.ts";
import { breakerBlock } from "./breaker.ts";
import { faultBlock } from "./faults.ts";
import { jumpBar } from "./jump-bar.ts";
import { latencyBlock } from "./latency.ts";
import { layersBlock } from "./layers.ts";
import { outcomesBlock } from "./outcomes.ts";
import { Poll } from "./poll.ts";
import { scaleControl } from "./scale.ts";

const EVERY_MS = 500;

/** Everything about one service. */
export function serviceInspector(service: string, desk: Desk): Part {
  const poll = new Poll(
    EVERY_MS,
    () => desk.client.request("inspectService", { service }),
    desk.redraw,
  );
  const subtitle = element("p", { class: "muted" });
  const problem = element("p", { class: "problem-text tone-bad", role: "status" });
  const source = button({
    label: "Open source",
    run: () => {
      desk.run(`open the source of ${service}`, () => desk.host.openSource(service));
    },
  });
  const invoke = button({
    label: "Invoke…",
    look: "primary",
    run: () => {
      desk.run(`invoke ${service}`, () => desk.host.invoke(service));
    },
  });
  const scale = scaleControl(service, desk);
  const breaker = breakerBlock(service, desk, poll);
  const balancer = balancerBlock(service, desk, poll);
  const layers = layersBlock(poll);
  const faults = faultBlock({ service }, desk);
  const outcomes = outcomesBlock(service);
  const blocks = [breaker, balancer, layers, faults, outcomes, latencyBlock(service)];
  const jumps = jumpBar([
    { label: "Breaker", to: breaker.element },
    { label: "Balancer", to: balancer.element },
    { label: "Layers", to: layers.element },
    { label: "Faults", to: faults.element },
    { label: "Calls", to: outcomes.element },
  ]);
  const root = element(
    "div",
    {},
    element("div", { class: "title-line" }, element("h2", {}, service), scale.element),
    subtitle,
    problem,
    element("div", { class: "actions" }, invoke, source),
    jumps.element,
    ...blocks.map((block) => block.element),
  );
  return {
    element: root,
    update(moment) {
      if (!moment.paused) poll.tick();
      const { snapshot, rates } = moment;
      const state = snapshot.services[service];
      const all = Object.values(snapshot.instances).filter((i) => i.service === service);
      const up = all.filter((instance) => conditionOf(instance).serving).length;
      const counters = snapshot.counters.services[service];
      const file = state?.file?.split(/[\\/]/).at(-1);
      setText(
        subtitle,
        [
          file ?? (state?.spec.synthetic ? "synthetic" : ""),
          `${String(up)} of ${String(all.length)} up`,
          formatRate(rates.service(service)),
          counters && counters.calls > 0 ? `p95 ${durationText(counters.p95)}` : "",
        ]
          .filter(Boolean)
          .join(" · "),
      );
      const problems = Object.values(snapshot.problems).filter((p) => p.service === service);
      setText(problem, [...problems.map((p) => p.message), poll.problem ?? ""].join(" ").trim());
      setShown(problem, problem.textContent !== "");
      setShown(source, state?.file !== undefined);
      scale.update(moment);
      for (const block of blocks) block.update(moment);
      jumps.update();
    },
  };
}
