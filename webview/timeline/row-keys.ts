import type { Desk } from "../part.ts";
import type { Row } from "./rows.ts";

/** Arrow keys go from row to row and show the call; Escape clears; Home goes to the newest. */
export function listenToRowKeys(list: HTMLElement, rows: () => readonly Row[], desk: Desk): void {
  let current: string | undefined;
  list.addEventListener("click", (event) => {
    const row = event.target instanceof Element ? event.target.closest("[data-call]") : null;
    current = row?.getAttribute("data-call") ?? current;
  });
  list.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      desk.select(null);
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 && event.key !== "Home") return;
    event.preventDefault();
    const all = rows();
    const at = event.key === "Home" ? 0 : all.findIndex((row) => row.call.id === current) + step;
    const next = all[Math.max(0, Math.min(all.length - 1, at))];
    if (!next) return;
    current = next.call.id;
    desk.select({ call: next.call.id });
    list.querySelector(`[data-call="${next.call.id}"]`)?.scrollIntoView({ block: "nearest" });
  });
}
