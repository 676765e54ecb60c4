import type { RequestInput } from "../../simulator/protocol/requests.ts";
import type { InstanceState, ServerAdmin, ServiceState } from "../../simulator/protocol/model.ts";
import { segments } from "../controls/segments.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatCount } from "../format.ts";
import type { Desk, Part } from "../part.ts";
import { configuredServer, mostWeight, presentServer, weightIn } from "./server-setting.ts";

const STATES: readonly { value: ServerAdmin; label: string; title: string }[] = [
  { value: "ready", label: "Ready", title: "It gets calls" },
  { value: "drain", label: "Drain", title: "It gets no new calls; those under way end" },
  { value: "down", label: "Down", title: "It gets no calls, as if configured so" },
];

/** Its parts lie where there is room for them. */
export interface ServerControl extends Part<{
  readonly state: InstanceState;
  readonly service: ServiceState;
}> {
  /** Takes back what was set by hand. */
  readonly reset: HTMLButtonElement;
}

/** Weight and state of one instance, to set by hand while it runs. */
export function serverControl(instance: string, desk: Desk, changed: () => void): ServerControl {
  let most = mostWeight({ algorithm: "round-robin" });
  /** The weight that the field was last told; what the user typed since is not overwritten. */
  let told: number | undefined;
  let configured = { weight: 1, admin: "ready" as ServerAdmin };
  const set = (what: string, change: Omit<RequestInput<"setServer">, "instance">) => {
    desk.run(`${what} ${instance}`, async () => {
      try {
        await desk.client.request("setServer", { instance, ...change });
      } catch (error) {
        told = undefined;
        throw error;
      } finally {
        changed();
      }
    });
  };
  const field = element("input", {
    type: "number",
    class: "number-input",
    min: 0,
    step: 1,
    "aria-label": `Weight of ${instance}`,
  });
  const problem = element("p", { class: "field-problem", role: "alert" });
  const check = () => {
    const weight = weightIn(field.value, most);
    setAttribute(field, "aria-invalid", weight === undefined ? "true" : undefined);
    setText(problem, weight === undefined ? `A whole number from 0 to ${formatCount(most)}.` : "");
    setShown(problem, weight === undefined);
    return weight;
  };
  field.addEventListener("input", check);
  field.addEventListener("change", () => {
    const weight = check();
    if (weight !== undefined) set("set the weight of", { weight });
  });
  const states = segments(`State of ${instance}`, STATES, (admin) => {
    set("set the state of", { admin });
  });
  const reset = element(
    "button",
    {
      type: "button",
      class: "link",
      title: "Back to what the configuration says",
      "aria-label": `Reset ${instance} to the configuration`,
    },
    "Reset",
  );
  reset.addEventListener("click", () => {
    set("reset", { reset: true });
    // It is disabled once nothing is left to reset: the focus stays near.
    field.value = String(configured.weight);
    check();
    field.focus();
  });
  setShown(problem, false);
  return {
    reset,
    element: element(
      "div",
      { class: "server-control", role: "group", "aria-label": `Balancing of ${instance}` },
      element("label", { class: "number-field" }, "weight", field),
      states.element,
      problem,
    ),
    update({ state, service }) {
      most = mostWeight(service);
      configured = configuredServer(state, service);
      const present = presentServer(state, service);
      setAttribute(field, "max", most);
      if (told !== present.weight) {
        told = present.weight;
        field.value = String(told);
        check();
      }
      states.update(present.admin);
      reset.disabled = present.weight === configured.weight && present.admin === configured.admin;
    },
  };
}
