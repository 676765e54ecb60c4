import { PROCESS_FAULTS, type FaultSpec, type Snapshot } from "../../simulator/protocol/model.ts";
import { button, setEnabled } from "../controls/button.ts";
import { dropdown } from "../controls/dropdown.ts";
import { numberField } from "../controls/number-field.ts";
import { element, setAttribute, setShown } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { isExternal } from "../words.ts";
import type { Target } from "./target.ts";

type Kind = FaultSpec["kind"];

const KINDS: readonly { readonly value: Kind; readonly label: string }[] = [
  { value: "latency", label: "Add latency" },
  { value: "error-rate", label: "Fail a share of calls" },
  { value: "refuse-connections", label: "Refuse connections" },
  { value: "freeze", label: "Freeze" },
  { value: "kill", label: "Kill" },
];

const DURATIONS = [
  { value: "5000", label: "for 5 s" },
  { value: "15000", label: "for 15 s" },
  { value: "60000", label: "for 1 min" },
  { value: "", label: "until taken back" },
];

const NOT_OURS =
  "Freeze and Kill work on a process of Fuseboard's, and this is a program of yours that it did not start.";

/** Whether all that a fault would work on are programs that Fuseboard did not start. */
function areExternal(target: Target, { instances }: Snapshot): boolean {
  const touched = Object.values(instances).filter(({ id, service }) =>
    "service" in target ? service === target.service : id === target.instance,
  );
  return touched.length > 0 && touched.every(isExternal);
}

/** Chooses a fault, its options and how long it lasts, and injects it. */
export function faultForm(target: Target, desk: Desk): Part {
  let kind: Kind = "latency";
  let duration = "15000";
  const kinds = dropdown("Fault", (value) => {
    kind = KINDS.find((option) => option.value === value)?.value ?? kind;
    desk.redraw();
  });
  const durations = dropdown("How long", (value) => {
    duration = value;
  });
  const latency = numberField({ label: "by", unit: "ms", initial: 200, least: 0, most: 600_000 });
  const jitter = numberField({ label: "±", unit: "ms", initial: 0, least: 0, most: 600_000 });
  const rate = numberField({ label: "share", unit: "%", initial: 50, least: 0, most: 100 });
  const status = numberField({ label: "with", unit: "", initial: 503, least: 400, most: 599 });
  const latencyOptions = element("div", { class: "form-line" }, latency.element, jitter.element);
  const rateOptions = element("div", { class: "form-line" }, rate.element, status.element);

  const fault = (): FaultSpec | undefined => {
    switch (kind) {
      case "latency": {
        const ms = latency.value();
        const jitterMs = jitter.value();
        return ms === undefined || jitterMs === undefined ? undefined : { kind, ms, jitterMs };
      }
      case "error-rate": {
        const share = rate.value();
        const code = status.value();
        return share === undefined || code === undefined
          ? undefined
          : { kind, rate: share / 100, status: code };
      }
      case "kill":
      case "freeze":
      case "restart":
      case "refuse-connections":
        return { kind };
    }
  };
  const inject = button({
    label: "Inject",
    run: () => {
      const what = "service" in target ? target.service : target.instance;
      const wanted = fault();
      desk.run(`inject the fault into ${what}`, () =>
        wanted
          ? desk.client.request("injectFault", {
              target,
              fault: wanted,
              ...(duration !== "" && { durationMs: Number(duration) }),
            })
          : Promise.reject(new Error("A number is missing or out of bounds.")),
      );
    },
  });
  return {
    element: element(
      "div",
      { class: "fault-form", role: "group", "aria-label": "Inject a fault" },
      kinds.element,
      latencyOptions,
      rateOptions,
      element("div", { class: "form-line" }, durations.element, inject),
    ),
    update({ snapshot }) {
      const notOurs = areExternal(target, snapshot);
      const options = KINDS.filter(
        ({ value }) =>
          snapshot.faultKinds.includes(value) && !(notOurs && PROCESS_FAULTS.includes(value)),
      );
      if (!options.some(({ value }) => value === kind)) kind = options[0]?.value ?? kind;
      kinds.update(options, kind);
      setAttribute(kinds.element, "title", notOurs ? NOT_OURS : undefined);
      durations.update(DURATIONS, duration);
      setShown(latencyOptions, kind === "latency");
      setShown(rateOptions, kind === "error-rate");
      setEnabled(inject, snapshot.phase === "running");
    },
  };
}
