import { durationText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import { KEPT_CHECKS } from "../../simulator/protocol/reduce.ts";
import type { HealthCheck } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setText } from "../element.ts";
import { formatClock } from "../format.ts";
import type { Part } from "../part.ts";
import { section } from "./section.ts";

/** The last health checks: a tick each, higher the longer it took, lying when it failed. */
export function healthBlock(instance: string): Part {
  const ticks = element("div", { class: "ticks", role: "img" });
  const text = element("p", { class: "muted" });
  const { element: root, heading } = section("Health", ticks, text);
  return {
    element: root,
    update({ snapshot }) {
      const state = snapshot.instances[instance];
      const checks = state?.checks ?? [];
      setText(heading, `Health · ${state?.health ?? "unknown"}`);
      const slowest = Math.max(1, ...checks.map((check) => check.ms));
      select(ticks)
        .selectAll<HTMLDivElement, HealthCheck>("div")
        .data(checks, (check) => check.at)
        .join("div")
        .order()
        .attr("class", ({ ok }) => (ok ? "tone-ok" : "tone-bad failed"))
        .attr("title", ({ at, ms, output }) => `${formatClock(at)}: ${output}, ${durationText(ms)}`)
        .style("height", ({ ms, ok }) =>
          ok ? `${String(30 + 70 * Math.min(1, ms / slowest))}%` : "100%",
        );
      const passed = checks.filter((check) => check.ok).length;
      setAttribute(
        ticks,
        "aria-label",
        `${String(passed)} of the last ${String(checks.length)} checks passed`,
      );
      setAttribute(ticks, "data-most", KEPT_CHECKS);
      const last = checks.at(-1);
      setText(
        text,
        last ? `Last check: ${last.output}, ${durationText(last.ms)}.` : "Not checked yet.",
      );
    },
  };
}
