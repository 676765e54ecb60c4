import { countdownText, durationText } from "../../simulator/protocol/figure-text.ts";
import { element, setShown, setText } from "../element.ts";
import type { Part } from "../part.ts";
import { meterRow } from "./meter-row.ts";
import { isExternal } from "../words.ts";
import { section } from "./section.ts";

/** The instance's lease in the registry. */
export function leaseBlock(instance: string): Part {
  const meter = meterRow("runs out in");
  const text = element("p", { class: "muted" });
  const { element: root } = section("Lease", meter.element, text);
  return {
    element: root,
    update({ snapshot, now }) {
      const state = snapshot.instances[instance];
      const lease = state?.lease;
      setShown(meter.element, lease !== undefined);
      if (!lease) {
        setText(text, "It has no lease: it is not in the registry, and gets no calls.");
        return;
      }
      const leftMs = Math.max(0, lease.expiresAt - now);
      const share = leftMs / lease.ttlMs;
      meter.update({ share, text: countdownText(leftMs), tone: share < 0.45 ? "slow" : "ok" });
      const alive =
        state.phase === "running" || state.phase === "starting" || state.phase === "draining";
      const renewed = isExternal(state)
        ? "renewed by Fuseboard; whether the program lives is for health checks to say"
        : "renewed while the process lives";
      setText(
        text,
        alive
          ? `Lease ${lease.id}, ${durationText(lease.ttlMs)}, ${renewed}.`
          : `Lease ${lease.id} is not renewed any more; until it runs out the registry still lists the instance.`,
      );
    },
  };
}
