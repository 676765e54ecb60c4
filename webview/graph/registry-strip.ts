import { countdownText } from "../../simulator/protocol/figure-text.ts";
import { select } from "d3";
import type { InstanceState } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatCount, formatNumberOf } from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import { conditionOf } from "../words.ts";

/** The registry with every instance's lease: a bar that runs down and is renewed. */
export function registryStrip(desk: Desk): Part {
  const title = element("strong", {}, "etcd");
  const subtitle = element("span", { class: "muted" });
  const total = element("span", { class: "muted registry-total" });
  const leases = element("div", { class: "leases", role: "list", "aria-label": "Leases" });
  const root = element(
    "section",
    { class: "registry", "aria-label": "Registry" },
    element("div", { class: "registry-name" }, title, subtitle, total),
    leases,
  );
  return {
    element: root,
    update(moment) {
      const { registry, instances } = moment.snapshot;
      setShown(root, registry !== undefined);
      if (!registry) return;
      const count = Object.values(instances).filter(({ lease }) => lease !== undefined).length;
      setText(subtitle, `${registry.kind} · r${formatCount(registry.revision)}`);
      setText(total, formatNumberOf(count, "lease"));
      setAttribute(
        root,
        "title",
        `etcd at ${registry.address}, revision ${String(registry.revision)}`,
      );
      leases.style.setProperty(
        "--columns",
        String(columnsFor(leases, Object.keys(instances).length)),
      );
      select(leases)
        .selectAll<HTMLElement, InstanceState>(".lease")
        .data(Object.values(instances).sort(byService), (instance) => instance.id)
        .join((enter) => enter.append(() => leaseCell(desk)))
        .each(function (instance) {
          updateLease(this, instance, moment);
        });
    },
  };
}

/** Least width of a lease with the gap beside it, in px. */
const CELL_PX = 84;

/** As few lines as the width allows, and each as full as the next. */
function columnsFor(leases: HTMLElement, count: number): number {
  const most = Math.max(1, Math.floor((leases.clientWidth + 12) / CELL_PX));
  const lines = Math.max(1, Math.ceil(count / most));
  return Math.max(1, Math.ceil(count / lines));
}

function byService(a: InstanceState, b: InstanceState): number {
  return a.id.localeCompare(b.id, "en", { numeric: true });
}

function leaseCell(desk: Desk): HTMLElement {
  const cell = element(
    "div",
    { class: "lease", role: "listitem" },
    element("span", { class: "lease-name" }),
    element("div", { class: "lease-track" }, element("div", { class: "lease-bar" })),
    element("span", { class: "lease-left" }),
  );
  cell.addEventListener("click", () => {
    const id = cell.getAttribute("data-instance");
    if (id) desk.select({ instance: id });
  });
  return cell;
}

/** Below this share of its time a lease should have been renewed long ago. */
const LATE_SHARE = 0.45;

function updateLease(cell: HTMLElement, instance: InstanceState, { now }: Moment): void {
  const { lease } = instance;
  const leftMs = lease ? Math.max(0, lease.expiresAt - now) : 0;
  const share = lease && lease.ttlMs > 0 ? Math.min(1, leftMs / lease.ttlMs) : 0;
  const { word, serving } = conditionOf(instance);
  const tone = !lease ? "idle" : share < LATE_SHARE ? "slow" : "ok";
  setAttribute(cell, "data-instance", instance.id);
  setAttribute(cell, "class", `lease tone-${tone}${serving ? "" : " not-serving"}`);
  const left = lease ? countdownText(leftMs) : "none";
  const [name, track, text] = cell.children;
  if (name) setText(name, instance.id);
  if (text) setText(text, left);
  const bar = track?.firstElementChild;
  if (bar instanceof HTMLElement) bar.style.width = `${(share * 100).toFixed(1)}%`;
  setAttribute(
    cell,
    "title",
    `${instance.id} (${word}): ${lease ? `lease runs out in ${left} unless renewed` : "not registered, no lease"}`,
  );
}
